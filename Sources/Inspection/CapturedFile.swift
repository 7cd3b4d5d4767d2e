// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// The small files of a data directory that say what the backup is; read whole, within a limit.
enum CapturedFile: Sendable, Hashable {
    case control, version, label, tablespaceMap, relationMap
    /// Only of the timeline on which a backup ends that began on another one.
    case history(UInt32)

    var path: String {
        switch self {
        case .control: PostgresFile.control.rawValue
        case .version: PostgresFile.version.rawValue
        case .label: PostgresFile.label.rawValue
        case .tablespaceMap: PostgresFile.tablespaceMap.rawValue
        case .relationMap: PostgresFile.relationMap.rawValue
        case .history(let timeline): "pg_wal/" + TimelineHistory.name(of: timeline)
        }
    }

    /// In bytes: more than PostgreSQL ever writes, but for a map of very many tablespaces.
    var limit: Int {
        switch self {
        case .control: 64 << 10
        case .version: 64
        case .relationMap: 1 << 10
        case .label: 16 << 10
        case .tablespaceMap: 1 << 20
        // One more, so that a longer one is refused.
        case .history: TimelineHistory.sizeLimit + 1
        }
    }
}
