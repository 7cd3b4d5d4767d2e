// SPDX-License-Identifier: Apache-2.0

/// One profile of `~/.aws`: its part of the configuration file and of the credentials file.
struct Profile {
    let name: String
    /// From both files; the credentials file wins.
    let values: [String: String]
    let credentialsPath: String
    let configPath: String
    let warnings: [String]

    /// Ways to credentials that are not built; each would take precedence over keys in the profile.
    private static let unsupported = [
        "role_arn", "source_profile", "credential_source", "credential_process", "sso_session",
        "sso_start_url",
        "sso_account_id", "sso_role_name", "web_identity_token_file", "login_session",
    ]

    /// Looks the profile up; without a name it is the default one, which need not be there.
    init(_ name: String?, files: ProfileFiles) throws(SettingsError) {
        self.name = name ?? "default"
        (credentialsPath, configPath) = (files.credentials.path, files.config.path)
        let credentials = try files.credentials.sections()
        let config = try files.config.sections()
        let secret = credentials.sections[self.name]
        let plain =
            config.sections["profile \(self.name)"]
            ?? (self.name == "default" ? config.sections["default"] : nil)
        guard secret != nil || plain != nil || name == nil else {
            throw .noSuchProfile(
                self.name, files: [files.credentials.path, files.config.path].map { "'\($0)'" })
        }
        values = (plain ?? [:]).merging(secret ?? [:]) { _, wins in wins }.filter { !$0.value.isEmpty }
        var warnings: [String] = []
        if credentials.isReadableByOthers && secret?["aws_secret_access_key"] != nil {
            warnings.append(
                "'\(credentialsPath)' holds a secret and can be read by other users; chmod 600 ends that")
        }
        if values["services"] != nil {
            warnings.append(
                "profile '\(self.name)' names a services section, which is not read; use endpoint_url")
        }
        self.warnings = warnings
    }

    /// The profile's credentials, or nil when it has none.
    func credentials() throws(SettingsError) -> ChosenCredentials? {
        if let chosen = webIdentity { return chosen }
        if let setting = Self.unsupported.first(where: { values[$0] != nil }) {
            throw .unsupportedProfile(name, setting: setting)
        }
        let pair = KeyPair(
            id: values["aws_access_key_id"], secret: values["aws_secret_access_key"],
            token: values["aws_session_token"],
            names: ("aws_access_key_id", "aws_secret_access_key"),
            origin: "profile '\(name)' in '\(credentialsPath)' or '\(configPath)'")
        return try pair.chosen()
    }

    private var webIdentity: ChosenCredentials? {
        guard let file = values["web_identity_token_file"], let role = values["role_arn"] else { return nil }
        return ChosenCredentials(
            .webIdentity(tokenFile: file, roleARN: role, sessionName: values["role_session_name"]),
            origin: "profile '\(name)' in '\(configPath)'")
    }
}

/// Where the two files of `~/.aws` are.
struct ProfileFiles {
    struct Location {
        let path: String
        /// Named by an environment variable: then it must be there.
        let isNamed: Bool

        func sections() throws(SettingsError) -> (
            sections: [String: [String: String]], isReadableByOthers: Bool
        ) {
            guard let file = try SettingsFile(path) else {
                if isNamed { throw .unreadable(file: path, reason: "no such file") }
                return ([:], false)
            }
            return (try INIFile(file).sections, file.isReadableByOthers)
        }
    }

    let credentials: Location
    let config: Location

    init(_ variables: Variables, home: String?) {
        func locate(_ variable: String, _ name: String) -> Location {
            guard let path = variables[variable] else {
                return Location(path: "\(home ?? "")/.aws/\(name)", isNamed: false)
            }
            let isInHome = path.hasPrefix("~/")
            return Location(path: isInHome ? "\(home ?? "")/\(path.dropFirst(2))" : path, isNamed: true)
        }
        credentials = locate("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        config = locate("AWS_CONFIG_FILE", "config")
    }
}
