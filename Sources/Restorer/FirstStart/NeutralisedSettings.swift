// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Settings of a cluster that reach out of it, and that a private server does not take from it.
enum NeutralisedSettings {
    /// What a setting names that a server would run, load, open, write to or speak to.
    private static let reaching: Set<String> = [
        // Programs.
        "archive_command", "restore_command", "archive_cleanup_command", "recovery_end_command",
        "ssl_passphrase_command",
        // Libraries.
        "shared_preload_libraries", "session_preload_libraries", "local_preload_libraries",
        "dynamic_library_path", "extension_control_path", "archive_library", "jit_provider",
        "oauth_validator_libraries",
        // Files and folders.
        "data_directory", "config_file", "hba_file", "ident_file", "external_pid_file", "log_directory",
        "log_filename", "stats_temp_directory", "temp_tablespaces", "default_tablespace",
        "promote_trigger_file",
        "krb_server_keyfile", "ssl_cert_file", "ssl_key_file", "ssl_ca_file", "ssl_crl_file", "ssl_crl_dir",
        "ssl_dh_params_file",
        // Places of the network and addresses.
        "listen_addresses", "unix_socket_directories", "unix_socket_group", "primary_conninfo",
        "primary_slot_name", "synchronized_standby_slots", "bonjour_name",
    ]

    /// What makes a server run something, write files or speak by itself, unless it is off.
    private static let switches: Set<String> = [
        "archive_mode", "logging_collector", "ssl", "bonjour", "jit", "event_triggers",
        "sync_replication_slots",
    ]

    /// Values that name nothing, or what the private server has, too.
    private static let harmless: Set<String> = ["", "$libdir", "$system", "none"]

    /// The names of those that are set, in the order of their letters; lines that include files from elsewhere count as
    /// `include`.
    static func names(in configuration: ServerConfiguration) -> [String] {
        let set = configuration.settings.filter { name, setting in isNeutralised(name, setting.value) }
        let outside = configuration.includes.contains { $0.reason == .outside }
        return set.keys.sorted() + (outside ? ["include"] : [])
    }

    private static func isNeutralised(_ name: String, _ value: String) -> Bool {
        if switches.contains(name) { return !isOff(value) }
        return reaching.contains(name) && !harmless.contains(value)
    }

    /// As `parse_bool` in src/backend/utils/adt/bool.c takes it: a beginning of off, false or no, or 0.
    private static func isOff(_ value: String) -> Bool {
        let text = value.lowercased()
        return text == "0" || text.count > 1 && "off".hasPrefix(text)
            || !text.isEmpty && ("false".hasPrefix(text) || "no".hasPrefix(text))
    }
}
