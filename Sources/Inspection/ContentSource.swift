// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Where members of a backup come from.
public enum ContentSource: Sendable, Equatable {
    /// `base.tar`: the data directory, but for its tablespaces.
    case base
    /// `OID.tar`: one tablespace.
    case tablespace(UInt32)
    /// `pg_wal.tar`: WAL that was streamed beside the backup.
    case wal
    /// A data directory whose files are the store's objects.
    case directory

    /// The folder of the data directory that members are relative to.
    var folder: ObjectName {
        switch self {
        case .base, .directory: ""
        case .tablespace(let identifier): ObjectName("pg_tblspc/\(identifier)/")
        case .wal: "pg_wal/"
        }
    }
}
