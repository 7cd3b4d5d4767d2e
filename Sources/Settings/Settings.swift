// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Everything that environment, files and options say, read once.
///
/// No other module looks at an environment variable or a configuration file.
public struct Settings: Sendable {
    /// Where the history is kept; nil when nobody says and there is no home directory.
    public let historyPath: String?
    /// Whether a terminal may be sent colours (NO_COLOR, TERM).
    public let isColorWelcome: Bool
    /// What the user should know, one sentence each; nothing secret.
    public let warnings: [String]

    /// The directories of PATH, in which programs are looked for.
    public let searchPath: [String]

    /// Who or what started this process: a job of CI, a timer, or the name of a user.
    public let startedBy: String

    /// What tells where the container engine is: the variables that `docker` reads, and where sockets usually are.
    public let engine: [String: String]

    private let store: Result<S3Settings, SettingsError>
    private let scripts: Result<PostInitSettings, SettingsError>

    /// What an S3 store needs.
    ///
    /// Asked for apart, so that whoever only reads a directory needs no credentials and no `~/.aws`.
    public func s3() throws(SettingsError) -> S3Settings { try store.get() }

    /// What the scripts after a restore need; asked for apart, as above.
    public func postInit() throws(SettingsError) -> PostInitSettings { try scripts.get() }
}

extension Settings {
    /// The settings of this process.
    public static func current(_ options: SettingsOptions = SettingsOptions()) throws(SettingsError)
        -> Settings
    {
        let environment = ProcessInfo.processInfo.environment
        return try load(
            environment: environment, workingDirectory: FileManager.default.currentDirectoryPath,
            home: environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }, options: options,
            isRoot: geteuid() == 0)
    }

    /// Whose this process is.
    public static var userName: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else {
            return "uid \(getuid())"
        }
        return String(cString: name)
    }

    /// Reads `.env` in the working directory and `~/.aws`, and puts them together with environment and options.
    ///
    /// Options win over the environment, that over `.env`, that over the profile. Throws for options that
    /// contradict each other; what is wrong with S3's settings is thrown by `s3()`.
    public static func load(
        environment: [String: String], workingDirectory: String, home: String?, options: SettingsOptions,
        isRoot: Bool = false
    ) throws(SettingsError) -> Settings {
        try refuseContradictions(options)
        let variables = Variables(environment, origin: "the environment")
        var warnings: [String] = []
        if options.secretAccessKey != nil {
            warnings.append("a secret given as an option can be read by every user of this machine")
        }
        let file = Result { () throws(SettingsError) in try dotEnv(workingDirectory, &warnings) }
        let store = Result { () throws(SettingsError) in
            try s3(variables, dotEnv: file.get(), home: home, options: options, &warnings)
        }
        let scripts = Result { () throws(SettingsError) in PostInitSettings(variables.or(try file.get())) }
        return Settings(
            historyPath: historyPath(variables, home: home, options: options, isRoot: isRoot),
            isColorWelcome: variables["NO_COLOR"] == nil && variables["TERM"] != nil
                && variables["TERM"] != "dumb",
            warnings: warnings,
            searchPath: (variables["PATH"] ?? "").split(separator: ":").map(String.init),
            startedBy: Originator.words(variables, user: userName, process: getpid()),
            engine: engine(variables), store: store,
            scripts: scripts)
    }

    private static func refuseContradictions(_ options: SettingsOptions) throws(SettingsError) {
        guard options.noSignRequest else { return }
        guard options.accessKeyID == nil, options.secretAccessKey == nil, options.profile == nil else {
            throw .contradiction("--no-sign-request leaves no use for a key or a profile")
        }
    }

    private static func dotEnv(
        _ workingDirectory: String, _ warnings: inout [String]
    ) throws(SettingsError) -> Variables {
        let path = "\(workingDirectory)/.env"
        let file = try SettingsFile(path).map { (file) throws(SettingsError) in try DotEnvFile(file) }
        warnings += file?.warnings ?? []
        return Variables(file?.variables ?? [:], origin: "'\(path)'")
    }

    private static func s3(
        _ environment: Variables, dotEnv: Variables, home: String?, options: SettingsOptions,
        _ warnings: inout [String]
    ) throws(SettingsError) -> S3Settings {
        let variables = environment.or(dotEnv)
        let own = try storeFile(options.store, &warnings)
        var named = options.profile
        if case .profile(let name)? = options.store?.credentials { named = named ?? name }
        let profile = try Profile(
            named ?? own?["AWS_PROFILE"] ?? variables["AWS_PROFILE"],
            files: ProfileFiles(variables, home: home))
        warnings += profile.warnings
        return try S3Search(
            options: options, environment: environment, dotEnv: dotEnv, storeFile: own, profile: profile
        ).settings()
    }

    /// The variables of the file that a named store has its keys in.
    private static func storeFile(
        _ store: StoreConfiguration?, _ warnings: inout [String]
    ) throws(SettingsError) -> Variables? {
        guard case .environmentFile(let path)? = store?.credentials else { return nil }
        guard let text = try SettingsFile(path) else { throw .unreadable(file: path, reason: "no such file") }
        let file = try DotEnvFile(text)
        warnings += file.warnings
        return Variables(file.variables, origin: "'\(path)'")
    }

    private static func engine(_ variables: Variables) -> [String: String] {
        let names = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "HOME", "XDG_RUNTIME_DIR"]
        return names.reduce(into: [:]) { $0[$1] = variables[$1] }
    }

    private static func historyPath(
        _ variables: Variables, home: String?, options: SettingsOptions, isRoot: Bool
    ) -> String? {
        if let path = options.historyPath { return path }
        let name = "pg_backctl/history.sqlite"
        // The XDG specification tells to pass over a relative path.
        if let state = variables["XDG_STATE_HOME"], state.hasPrefix("/") { return "\(state)/\(name)" }
        if isRoot { return "/var/lib/\(name)" }
        return home.map { "\($0)/.local/state/\(name)" }
    }
}
