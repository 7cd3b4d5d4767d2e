// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// Something about the backup as a whole, or about what it builds on.
    public enum BackupFact: Sendable, Equatable, Codable {
        /// It was not finished, or not yet; why, in words.
        case incomplete(reason: String, isYoung: Bool)
        /// Its contents cannot be inspected: an archive of an older tool, or no backup of pg_basebackup.
        case uninspectable(isLegacyArchive: Bool)
        /// The backup that it builds on, or that the one labelled `below` does, is not in the store.
        case parentMissing(start: WALPosition, below: String?)
        /// The same, but others could not be read and may be it; which and why, in words.
        case parentPerhapsUnread(start: WALPosition, below: String?, ReadingFact.Obstacle, doubt: String)
        /// Some could not be read when it was looked for, and it was found all the same.
        case othersUnread(ReadingFact.Obstacle, doubt: String)
        /// Nobody has looked into what it builds on.
        case parentUnknown(label: String)
        case parentDamaged(label: String, Verdict)
        /// Its pages have no checksums, and this backup's have.
        case parentWithoutChecksums(label: String)
        /// Whether its pages have checksums, as this backup's have, nobody has looked.
        case parentChecksumsUnknown(label: String)

        var code: FindingCode {
            switch self {
            case .incomplete: .incompleteBackup
            case .uninspectable: .unsupportedFormat
            case .parentMissing, .parentUnknown, .parentChecksumsUnknown: .missingParent
            case .parentWithoutChecksums: .chainChecksums
            case .parentPerhapsUnread(_, _, let obstacle, _), .othersUnread(let obstacle, _): obstacle.code
            case .parentDamaged: .damagedParent
            }
        }

        var severity: Severity {
            switch self {
            case .incomplete(_, isYoung: true), .othersUnread: .note
            case .parentPerhapsUnread, .parentDamaged, .parentWithoutChecksums: .error
            default: .warning
            }
        }
    }
}
