// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What is wrong with an archive, whatever it holds.
    public enum ArchiveFact: Sendable, Equatable, Codable {
        /// It could not be taken apart any further.
        case ended(Ending, FormatFault)
        /// A header of gzip that no compressor writes.
        case gzipHeader(expected: String, found: String, GzipConsequence)
        /// Its name says one compression, its bytes are another.
        case wrongSuffix(named: String, found: String)
        /// Another program packed it again, as this shows, in words; whether something vouches for its members.
        case repacked(trait: String, isProven: Bool)

        /// Why taking it apart ended.
        public enum Ending: String, Sendable, Equatable, Codable, CaseIterable {
            case truncated, corrupt, trailing, forbidden, duplicate, budget, unsupported, resources
        }

        /// What other programs make of such a header.
        public enum GzipConsequence: String, Sendable, Equatable, Codable, CaseIterable {
            case none, misleading, refused
        }

        var code: FindingCode {
            switch self {
            case .ended(let ending, _): ending.code
            case .gzipHeader: .gzipHeader
            case .wrongSuffix: .wrongSuffix
            case .repacked(_, let isProven): isProven ? .repackedArchive : .unsupportedFormat
            }
        }

        var severity: Severity {
            switch self {
            case .ended(let ending, _): ending == .unsupported ? .warning : .error
            case .gzipHeader(_, _, let consequence): consequence == .refused ? .error : .warning
            case .wrongSuffix, .repacked: .warning
            }
        }
    }
}

extension Finding.ArchiveFact.Ending {
    fileprivate var code: FindingCode {
        switch self {
        case .truncated: .truncatedArchive
        case .corrupt: .corruptArchive
        case .trailing: .trailingData
        case .forbidden: .forbiddenMember
        case .duplicate: .duplicateMember
        case .budget: .budgetExceeded
        case .unsupported: .unsupportedFormat
        case .resources: .unreadableObject
        }
    }
}
