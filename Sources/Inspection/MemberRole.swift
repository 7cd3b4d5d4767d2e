// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What a file of a data directory is, as its path tells.
enum MemberRole: Sendable, Equatable {
    case control, version, label, tablespaceMap, relationMap
    /// `postgresql.auto.conf`, to which pg_basebackup may have appended.
    case recoverySettings
    case standbySignal
    case relation(RelationFile)
    case walSegment(WALFileName)
    /// The history of this timeline.
    case walHistory(UInt32)
    /// What else belongs beside segments: backup histories and archive status files.
    case walCompanion
    /// Anything else under `pg_wal`, where the manifest lists nothing.
    case walStranger
    case other

    init(_ path: ObjectName) {
        switch path {
        case "global/pg_control": self = .control
        case "PG_VERSION": self = .version
        case "backup_label": self = .label
        case "tablespace_map": self = .tablespaceMap
        case "global/pg_filenode.map": self = .relationMap
        case RecoverySettings.file: self = .recoverySettings
        case RecoverySettings.signal: self = .standbySignal
        default:
            if path.hasPrefix("pg_wal/") {
                self = Self.wal(path.dropping(7))
            } else {
                self = RelationFile(path).map(Self.relation) ?? .other
            }
        }
    }

    private static func wal(_ name: ObjectName) -> MemberRole {
        if let segment = WALFileName(name.bytes) { return .walSegment(segment) }
        if let timeline = TimelineHistory.timeline(ofName: name) { return .walHistory(timeline) }
        return WALFileName.isCompanion(name) ? .walCompanion : .walStranger
    }

    var relation: RelationFile? { if case .relation(let file) = self { file } else { nil } }

    /// Which of the small files it is that are read for what they say.
    var captured: CapturedFile? {
        switch self {
        case .control: .control
        case .version: .version
        case .label: .label
        case .tablespaceMap: .tablespaceMap
        case .relationMap: .relationMap
        case .walHistory(let timeline): .history(timeline)
        default: nil
        }
    }
}
