// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// The settings of a private server: its own, whatever the backup's say.
///
/// Starting PostgreSQL on restored data is running code from the store. Nothing here names a program but
/// `restore_command`, no library is loaded, nothing listens but a socket, and nothing runs by itself.
struct PrivateSettings {
    static let file = "pg_backctl-private.conf"

    var major: Int
    var limits: ControlFile.Limits
    var walLevel: UInt32
    /// In bytes: how large segments of WAL are.
    var segmentSize: UInt32 = 16 << 20
    var recovery: RecoverySettingsText
    var socketDirectory: String
    /// Where this file lies, and those for `hba_file` and `ident_file`.
    var scratch: String
    var syncs = true
    /// Whether it is to do with little memory: nothing is asked for but what recovery insists on.
    var isFrugal = false

    /// Whether a postmaster with this command line was started by us.
    static func isOurs(_ words: [String]) -> Bool {
        words.contains { $0.hasPrefix("config_file=") && $0.hasSuffix("/\(file)") }
    }

    func text() throws(PrivatePostgresError) -> String {
        try (isolation + safety + memory + limitLines + sizes + logging + newer + recovery.lines).text()
    }

    /// Who may connect: over the socket, with the password when scripts have one.
    ///
    /// The password goes in clear over a socket in a directory that only its owner enters; every kind of
    /// stored secret can be checked that way.
    static func hostBasedAccess(needsPassword: Bool) -> String {
        "local all all \(needsPassword ? "password" : "trust")\n"
    }

    private var isolation: [ConfigurationLine] {
        [
            ConfigurationLine("listen_addresses", ""),
            ConfigurationLine("port", SocketDirectory.port),
            ConfigurationLine("unix_socket_directories", socketDirectory),
            ConfigurationLine("unix_socket_permissions", "0700"),
            ConfigurationLine("hba_file", "\(scratch)/pg_backctl-hba.conf"),
            ConfigurationLine("ident_file", "\(scratch)/pg_backctl-ident.conf"),
            ConfigurationLine("external_pid_file", ""),
            ConfigurationLine("ssl", "off"),
            ConfigurationLine("bonjour", "off"),
            ConfigurationLine("primary_conninfo", ""),
            ConfigurationLine("primary_slot_name", ""),
        ]
    }

    private var safety: [ConfigurationLine] {
        [
            ConfigurationLine("shared_preload_libraries", ""),
            ConfigurationLine("session_preload_libraries", ""),
            ConfigurationLine("local_preload_libraries", ""),
            ConfigurationLine("dynamic_library_path", "$libdir"),
            ConfigurationLine("jit", "off"),
            ConfigurationLine("archive_mode", "off"),
            ConfigurationLine("archive_command", ""),
            ConfigurationLine("archive_cleanup_command", ""),
            ConfigurationLine("recovery_end_command", ""),
            ConfigurationLine("autovacuum", "off"),
            ConfigurationLine("max_logical_replication_workers", "0"),
            ConfigurationLine("hot_standby", "off"),
            ConfigurationLine("restart_after_crash", "off"),
            ConfigurationLine("fsync", syncs ? "on" : "off"),
            ConfigurationLine("full_page_writes", "on"),
            ConfigurationLine("synchronous_commit", "on"),
            ConfigurationLine("data_sync_retry", "off"),
            // Off, PostgreSQL throws away at the end of recovery what the origin has recorded; on costs
            // nothing.
            ConfigurationLine("track_commit_timestamp", "on"),
        ]
    }

    /// Recovery ends with prepared transactions and needs room for them, so no limit may be below the
    /// origin's.
    private var limitLines: [ConfigurationLine] {
        [
            ConfigurationLine("max_connections", "\(max(limits.connections, 10))"),
            ConfigurationLine("max_worker_processes", "\(limits.workerProcesses)"),
            ConfigurationLine("max_wal_senders", "\(limits.walSenders)"),
            ConfigurationLine("max_prepared_transactions", "\(limits.preparedTransactions)"),
            ConfigurationLine("max_locks_per_transaction", "\(max(limits.locksPerTransaction, 10))"),
            // Slots and subscriptions that the directory holds must find their place; pg_control does not
            // say.
            ConfigurationLine("max_replication_slots", "1000"),
            // With `minimal` (0) no WAL sender is allowed; no backup comes from such a server.
            ConfigurationLine("wal_level", walLevel == 2 ? "logical" : "replica"),
        ]
    }

    /// Nothing that a container or a kernel has little of: no huge pages, and no file in `/dev/shm`, which may be full.
    private var memory: [ConfigurationLine] {
        [
            ConfigurationLine("huge_pages", "off"),
            ConfigurationLine("dynamic_shared_memory_type", "mmap"),
        ] + (isFrugal ? [ConfigurationLine("shared_buffers", "16MB")] : [])
    }

    /// PostgreSQL does not start with less than two segments for either: its defaults are too small from 64 MiB on.
    private var sizes: [ConfigurationLine] {
        let twoSegments = 2 * Int(segmentSize >> 20)
        return [
            ConfigurationLine("min_wal_size", "\(max(80, twoSegments))MB"),
            ConfigurationLine("max_wal_size", "\(max(1024, twoSegments))MB"),
        ]
    }

    private var logging: [ConfigurationLine] {
        [
            ConfigurationLine("logging_collector", "off"),
            ConfigurationLine("log_destination", "stderr"),
            ConfigurationLine("log_line_prefix", ""),
            ConfigurationLine("log_min_messages", "warning"),
            // Statements may hold passwords.
            ConfigurationLine("log_min_error_statement", "panic"),
            ConfigurationLine("lc_messages", "C"),
            ConfigurationLine("log_timezone", "GMT"),
            ConfigurationLine("timezone", "GMT"),
            ConfigurationLine("datestyle", "ISO"),
            ConfigurationLine("update_process_title", "on"),
        ]
    }

    /// What not every version knows.
    private var newer: [ConfigurationLine] {
        let lines: [(since: Int, line: ConfigurationLine)] = [
            (14, ConfigurationLine("recovery_init_sync_method", "syncfs")),
            (15, ConfigurationLine("log_startup_progress_interval", "1s")),
            (15, ConfigurationLine("archive_library", "")),
            // Replay of a tablespace that was dropped later may begin anew, when its link is gone.
            (15, ConfigurationLine("allow_in_place_tablespaces", "on")),
            // It asks for WAL behind the target, and recovery fails where that is damaged.
            (15, ConfigurationLine("recovery_prefetch", recovery.stopsAtPoint ? "off" : "try")),
            (17, ConfigurationLine("event_triggers", "off")),
            (18, ConfigurationLine("max_active_replication_origins", "1000")),
        ]
        return lines.filter { major >= $0.since }.map(\.line)
    }
}
