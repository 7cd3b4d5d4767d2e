// SPDX-License-Identifier: Apache-2.0

/// The small files of a data directory that say what the backup is; read whole, within a limit.
enum CapturedFile: Sendable, Hashable {
    case control, version, label, tablespaceMap

    /// In bytes: more than PostgreSQL ever writes, but for a map of very many tablespaces.
    var limit: Int {
        switch self {
        case .control: 64 << 10
        case .version: 64
        case .label: 16 << 10
        case .tablespaceMap: 1 << 20
        }
    }
}
