// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import PrivatePostgres

/// The least configuration that a restored cluster starts with, for a backup that has none.
enum MinimalConfiguration: String, CaseIterable {
    case settings = "postgresql.conf"
    case access = "pg_hba.conf"
    case identities = "pg_ident.conf"

    /// Those that a server would miss: neither is there, nor does `configuration` name another place for it.
    static func missing(
        _ configuration: ServerConfiguration, holds: (String) throws(PrivatePostgresError) -> Bool
    ) throws(PrivatePostgresError) -> [MinimalConfiguration] {
        var missing: [MinimalConfiguration] = []
        for file in allCases where try !holds(file.rawValue) {
            if let setting = file.setting, configuration[setting] != nil { continue }
            missing.append(file)
        }
        return missing
    }

    /// By which the file can lie elsewhere.
    private var setting: String? {
        switch self {
        case .settings: nil
        case .access: "hba_file"
        case .identities: "ident_file"
        }
    }

    /// What makes up the file, for a cluster with this `pg_control`.
    func text(_ control: ControlFile) -> String {
        switch self {
        case .settings: Self.limits(of: control)
        case .access: Self.rules
        case .identities: Self.origin
        }
    }

    private static let origin =
        "# Made by pg_backctl restore, for the backup has none: its configuration lay outside of the data directory.\n"

    /// What `pg_control` asks for, below which PostgreSQL does not recover, or does not start as a standby.
    private static func limits(of control: ControlFile) -> String {
        let limits = control.limits
        // PostgreSQL does not start with less than two segments of WAL for either.
        let twoSegments = 2 * control.walSegmentSize >> 20
        let lines = [
            "max_connections = \(limits.connections)",
            "max_worker_processes = \(limits.workerProcesses)",
            "max_wal_senders = \(limits.walSenders)",
            "max_prepared_transactions = \(limits.preparedTransactions)",
            "max_locks_per_transaction = \(limits.locksPerTransaction)",
            // With `minimal` no WAL sender is allowed, and no backup comes from such a server.
            "wal_level = \(control.walLevel == 2 ? "logical" : "replica")",
            "min_wal_size = \(max(80, twoSegments))MB",
            "max_wal_size = \(max(1024, twoSegments))MB",
            "archive_mode = off",
        ]
        return origin
            + "# The limits are those of pg_control, below which PostgreSQL does not recover; all else is PostgreSQL's own.\n"
            + lines.joined(separator: "\n") + "\n"
    }

    /// Nobody comes in without being known to this machine, or without a password.
    private static let rules =
        origin + """
            local   all             all                                     peer
            host    all             all             127.0.0.1/32            scram-sha-256
            host    all             all             ::1/128                 scram-sha-256
            local   replication     all                                     peer
            host    replication     all             127.0.0.1/32            scram-sha-256
            host    replication     all             ::1/128                 scram-sha-256

            """
}
