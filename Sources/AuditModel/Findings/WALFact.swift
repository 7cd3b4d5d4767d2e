// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// What keeps WAL from taking recovery to the end of the backup; positions as PostgreSQL writes them.
    public enum WALFact: Sendable, Equatable, Codable {
        case invalid(Fault)
        /// Of another cluster, or of a timeline that comes later.
        case foreign(Fault)
        /// After the end of the backup, which recovery of the backup does not reach.
        case invalidBeyondEnd(Fault)
        case ofCluster(UInt64, expected: UInt64)
        case ofVersion(Int, expected: Int)
        /// There is none at all; where the backup has `pg_wal.tar`, it was lost.
        case absent(needed: Sample<WALStretch>, hasOwnArchive: Bool)
        /// These segments are missing.
        case gap(Sample<String>)
        /// It ends here, before the backup does; nil when it never began.
        case endsEarly(at: String?)
        /// The history that leads to the timeline on which the backup ends, by its file's name.
        case history(name: String, HistoryFault)
        case untold(Doubt)
        /// By the names alone: no `pg_wal.tar`.
        case noArchive
        /// By the names alone: no segment in `pg_wal`.
        case noSegments
        /// The checkpoint from which a cluster that was shut down starts, by its position.
        case noCheckpoint(String)
        /// `pg_wal` is this, in words, and leads out of the store.
        case elsewhere(String)

        var code: FindingCode {
            switch self {
            case .invalid, .invalidBeyondEnd, .endsEarly, .history(_, .invalid), .history(_, .elsewhere):
                .walInvalid
            case .foreign, .ofCluster, .ofVersion: .walForeign
            case .absent, .gap, .history(_, .missing), .untold, .noArchive, .noSegments, .noCheckpoint,
                .elsewhere:
                .walGap
            }
        }

        var severity: Severity {
            switch self {
            case .invalidBeyondEnd, .noArchive: .note
            case .absent(_, hasOwnArchive: false), .untold, .noSegments, .elsewhere: .warning
            default: .error
            }
        }
    }
}

extension Finding.WALFact {
    /// A page or record that is not what it should be.
    public struct Fault: Sendable, Equatable, Codable {
        /// The name of its file.
        public let segment: String
        /// As PostgreSQL writes an LSN.
        public let position: String
        /// What stands there in sound WAL, in words.
        public let expected: String
        /// What stands there instead, in words.
        public let found: String

        /// `segment` is a name as in `pg_wal`, `position` an LSN such as `0/3000150`.
        public init(segment: String, position: String, expected: String, found: String) {
            (self.segment, self.position) = (segment, position)
            (self.expected, self.found) = (expected, found)
        }
    }

    /// What is wrong with a timeline history.
    public enum HistoryFault: Sendable, Equatable, Codable {
        case missing(timeline: UInt32)
        /// It is no history; why, in words.
        case invalid(timeline: UInt32, reason: String)
        /// It does not leave this timeline where the backup did.
        case elsewhere(expected: Finding.WALPosition)
    }

    /// Why nobody can tell whether the WAL is enough.
    public enum Doubt: Sendable, Equatable, Codable {
        /// In bytes; no usual PostgreSQL makes such pages.
        case unusualPages(UInt32)
        /// An archive broke off before WAL that may have followed.
        case brokenArchive
        /// As who read the WAL says.
        case other(String)
    }
}
