// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Which files of a data directory the owner's group may read, where the backup lets it.
///
/// PostgreSQL's own. What else people put there may be a key, which PostgreSQL refuses when its owner's group can read
/// it: the modes it accepts depend on an owner that the restored file no longer has
/// (`check_ssl_key_file_permissions` in src/backend/libpq/be-secure-common.c).
enum GroupAccess {
    private static let files: Set<ObjectName> = [
        "PG_VERSION", "backup_label", "backup_manifest", "tablespace_map", "current_logfiles",
        "postmaster.opts",
        "recovery.signal", "standby.signal",
    ]

    static func isLetIn(to path: ObjectName) -> Bool {
        guard let first = path.bytes.split(separator: UInt8(ascii: "/")).first else { return false }
        guard first.count < path.bytes.count else { return files.contains(path) || path.hasSuffix(".conf") }
        return ["base", "global"].contains { first.elementsEqual($0.utf8) } || first.starts(with: "pg_".utf8)
    }
}
