// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// Where what says which backup of which cluster this is is missing, or does not agree.
    public enum IdentityFact: Sendable, Equatable, Codable {
        /// The file is not in the backup.
        case missing(File)
        /// It is no such file.
        case invalid(File, FormatFault)
        /// It is well formed, and of a version that is not known yet.
        case unknownVersion(FormatFault)
        /// Two of them are not of one backup.
        case disagreement(Disagreement)
        /// A tablespace that is in the backup and not in its map.
        case unmappedTablespace(UInt32)
        /// One that is in the map and not in the backup.
        case lostTablespace(UInt32)

        /// The small files that say it.
        public enum File: String, Sendable, Equatable, Codable, CaseIterable {
            case control, version, label, tablespaceMap
        }

        var code: FindingCode {
            switch self {
            case .missing(let file), .invalid(let file, _): file.code
            case .unknownVersion: .unsupportedFormat
            case .unmappedTablespace, .lostTablespace: .tablespaceMap
            case .disagreement: .wrongCluster
            }
        }

        var severity: Severity { if case .unknownVersion = self { .warning } else { .error } }
    }
}

extension Finding.IdentityFact {
    /// Two that say different things; each says what was found, and what the other one makes of it.
    public enum Disagreement: Sendable, Equatable, Codable {
        /// pg_control is of another PostgreSQL than PG_VERSION says.
        case controlOfVersion(Int, expected: Int)
        /// pg_control is not in the format of the PostgreSQL that PG_VERSION says.
        case controlFormat(UInt32, expected: UInt32, ofVersion: Int)
        /// The manifest is of another cluster than pg_control says.
        case manifestOfCluster(UInt64, expected: UInt64)
        /// The label names another file for its start than the position is in.
        case startSegment(String, expected: String)
        /// The cluster's checkpoint is older than the one that the label begins with.
        case checkpoint(String, expected: String)
        /// pg_control is on another timeline than the label.
        case timeline(UInt32, expected: UInt32)
        /// The manifest's WAL begins elsewhere than the label says.
        case walStart(Sample<Finding.WALPosition>, expected: Finding.WALPosition)
    }
}

extension Finding.IdentityFact.File {
    fileprivate var code: FindingCode {
        switch self {
        case .control: .pgControlInvalid
        case .version: .pgVersionInvalid
        case .label: .backupLabelInvalid
        case .tablespaceMap: .tablespaceMap
        }
    }
}
