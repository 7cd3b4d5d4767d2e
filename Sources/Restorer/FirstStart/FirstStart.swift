// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// What the first start of a restored cluster will do by its own settings.
///
/// Settings of a backup are of another machine: some lead back to the directories, the archive and the port of the
/// cluster that was backed up.
public struct FirstStart: Sendable, Equatable {
    /// In the order of what they are about: files, places, commands, network.
    public let remarks: [FirstStartRemark]
    /// Whether it would archive its WAL.
    public let archiving: Archiving
    /// Reads what the settings say.
    ///
    /// `target` is where the data directory will be; an absolute path. `isHere` tells whether a file outside is on this
    /// machine; nil where nobody can tell.
    public init(
        _ configuration: ServerConfiguration, target: String,
        isHere: @escaping (String) -> Bool? = { _ in nil }
    ) {
        let reader = Reader(configuration: configuration, target: target, isHere: isHere)
        remarks = reader.remarks
        archiving = reader.archiving
    }

    /// Those whose lines a restore makes comments of: the data directory, and where the files were brought from a folder
    /// outside, the places in it that they name.
    public func takenOut(isBrought: Bool) -> [FirstStartRemark] {
        remarks.filter { remark in
            switch remark.matter {
            case .dataDirectory: true
            case .neededFile(let setting, _, _): isBrought && ["hba_file", "ident_file"].contains(setting)
            // The process id of the copy would stand where that of the origin does.
            case .writtenOutside(let setting, _): isBrought && setting == "external_pid_file"
            default: false
            }
        }
    }

    /// Reads the settings one question at a time.
    private struct Reader {
        let configuration: ServerConfiguration
        let target: String
        let isHere: (String) -> Bool?

        var remarks: [FirstStartRemark] { files + places + commands + network }

        private var files: [FirstStartRemark] {
            let main = configuration.hasMainFile ? [] : [FirstStartRemark(.noMainFile, .note)]
            let faults = configuration.faults.map { FirstStartRemark(.unreadableLine, .prevents, at: $0) }
            let includes = configuration.includes.map { include in
                FirstStartRemark(
                    .include(include.path, include.reason), include.isOptional ? .leadsOut : .prevents,
                    at: include.place)
            }
            return main + faults + includes
        }

        /// A data directory that is not this one.
        private var elsewhere: ServerConfiguration.Setting? {
            configuration.settings["data_directory"].flatMap { Self.same($0.value, target) ? nil : $0 }
        }

        private var directory: FirstStartRemark? {
            elsewhere.map { FirstStartRemark(.dataDirectory($0.value), .leadsOut, at: $0.place) }
        }

        private var places: [FirstStartRemark] {
            [directory].compactMap(\.self)
                + outside(Self.neededFiles, needed)
                + outside(Self.writtenPlaces) {
                    .init(.writtenOutside(setting: $0, $1.value), .leadsOut, at: $1.place)
                }
        }

        /// A file of the machine that the server reads at its start: one that is there leads out, else it does not start.
        private func needed(_ name: String, _ setting: ServerConfiguration.Setting) -> FirstStartRemark {
            let isHere = setting.value.hasPrefix("/") ? self.isHere(setting.value) : nil
            return FirstStartRemark(
                .neededFile(setting: name, setting.value, isHere: isHere),
                isHere == true ? .leadsOut : .prevents, at: setting.place)
        }

        private static let neededFiles = [
            "hba_file", "ident_file", "ssl_cert_file", "ssl_key_file", "ssl_ca_file", "ssl_crl_file",
            "ssl_crl_dir", "ssl_dh_params_file", "krb_server_keyfile",
        ]
        private static let writtenPlaces = ["external_pid_file", "log_directory", "stats_temp_directory"]

        private func outside(
            _ names: [String], _ remark: (String, ServerConfiguration.Setting) -> FirstStartRemark
        ) -> [FirstStartRemark] {
            names.compactMap { name in
                guard let setting = configuration.settings[name], leadsOut(setting.value) else { return nil }
                // Without TLS its files are not read.
                if name.hasPrefix("ssl_"), !isOn("ssl") { return nil }
                if name == "log_directory", !isOn("logging_collector") { return nil }
                return remark(name, setting)
            }
        }

        private func leadsOut(_ path: String) -> Bool {
            guard !path.isEmpty else { return false }
            guard path.hasPrefix("/") else {
                return ServerConfiguration.leadsOut(path)
            }
            return !(path + "/").hasPrefix(target + "/")
        }

        // MARK: What it runs

        var archiving: Archiving { Archiving(configuration) }

        private var commands: [FirstStartRemark] {
            let others = [
                "archive_cleanup_command", "recovery_end_command", "restore_command",
                "ssl_passphrase_command",
            ]
            return [archive].compactMap(\.self)
                + others.compactMap { name in
                    guard let setting = configuration.settings[name], !setting.value.isEmpty else {
                        return nil
                    }
                    return FirstStartRemark(.command(setting: name, setting.value), .note, at: setting.place)
                }
        }

        private var archive: FirstStartRemark? {
            guard case .by(let means, _) = archiving else { return nil }
            return FirstStartRemark(
                .archives(command: means), .leadsOut, at: configuration.settings["archive_mode"]?.place)
        }

        private var network: [FirstStartRemark] {
            configuration.settings["port"].map { [FirstStartRemark(.port($0.value), .note, at: $0.place)] }
                ?? []
        }

        /// As `parse_bool` in src/backend/utils/adt/bool.c takes it: a beginning of on, true or yes, or 1.
        private func isOn(_ name: String) -> Bool {
            guard let text = configuration[name]?.lowercased(), !text.isEmpty else { return false }
            return text == "1" || text == "on" || "true".hasPrefix(text) || "yes".hasPrefix(text)
        }

        private static func same(_ one: String, _ other: String) -> Bool {
            one.split(separator: "/") == other.split(separator: "/") && one.hasPrefix("/")
        }
    }
}
