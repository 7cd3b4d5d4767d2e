// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What is wrong with the sum file, the info file or the manifest themselves.
    public enum ControlFact: Sendable, Equatable, Codable {
        case invalidSumFile(FormatFault)
        case invalidManifest(FormatFault)
        /// The manifest's last line is not over the rest of it.
        case manifestChecksum(FormatFault)
        /// Nothing says what the bytes should be; `hasManifest` when there is one, without checksums.
        case noSumFile(hasManifest: Bool)
        case noManifest
        /// The info file claims what is not so, in words.
        case infoContradicts(String)
        /// The info file is not the one that the sum file lists on this line.
        case infoChecksum(line: Int, expected: String, found: String)

        var code: FindingCode {
            switch self {
            case .invalidSumFile: .sumFileInvalid
            case .invalidManifest: .manifestInvalid
            case .manifestChecksum: .manifestChecksum
            case .noSumFile: .sumFileMissing
            case .noManifest: .manifestMissing
            case .infoContradicts: .infoContradicts
            case .infoChecksum: .checksumMismatch
            }
        }

        var severity: Severity {
            switch self {
            case .noSumFile, .noManifest, .infoContradicts: .warning
            default: .error
            }
        }
    }
}
