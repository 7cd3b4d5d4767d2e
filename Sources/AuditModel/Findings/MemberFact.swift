// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// A file of the data directory that is not as the manifest lists it, or as PostgreSQL writes one; sizes in
    /// bytes.
    public enum MemberFact: Sendable, Equatable, Codable {
        case missing(size: UInt64)
        case extra(size: UInt64)
        /// The finding's own archive and this one hold it.
        case repeated(in: ObjectName)
        case size(expected: UInt64, found: UInt64)
        /// The digests in hex, and what the manifest calls the algorithm.
        case checksum(algorithm: String, expected: String, found: String)
        /// A directory where the manifest lists a file.
        case folder
        case mode(UInt32)
        /// `standby.signal`, which pg_basebackup adds to what is in the manifest.
        case addedSignal
        /// Settings that pg_basebackup appended after it made the manifest.
        case appendedSettings
        /// PostgreSQL cannot do without it, whatever the manifest lists.
        case needed(Need)
        /// It is no such file, though the manifest may list it as it is.
        case invalid(FormatFault)

        /// What is missing.
        public enum Need: Sendable, Equatable, Codable {
            case file
            /// Any file in that folder.
            case content
            /// The folder of a database that the catalogue names.
            case database(UInt32)
            /// A file without which nobody can connect to that database.
            case fileOfDatabase(UInt32)
        }

        var code: FindingCode {
            switch self {
            case .missing, .needed: .missingMember
            case .extra: .extraMember
            case .repeated: .duplicateMember
            case .size: .memberSize
            case .checksum, .invalid: .memberChecksum
            case .folder: .forbiddenMember
            case .mode: .modeUnexpected
            case .addedSignal, .appendedSettings: .recoverySettingsAdded
            }
        }

        var severity: Severity {
            switch self {
            // A file that others may read is one thing, one that they may write or run as another user is.
            case .mode(let mode): mode & 0o7022 != 0 ? .warning : .note
            case .addedSignal, .appendedSettings: .warning
            default: .error
            }
        }
    }
}
