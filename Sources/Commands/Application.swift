// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging
import Operations
import Settings

/// The composition root: what a command prints with and hands to its operation, put together from options and settings.
struct Application: Sendable {
    let terminal: Terminal
    let settings: Settings
    /// Nil where none is named and none is in the usual place.
    let configuration: Configuration?
    /// The store of the configuration that --store names.
    let store: StoreConfiguration?
    /// For the one operation of this command, whose cancellation the signals of the process reach.
    let context: OperationContext

    /// `config` is the file that an option names.
    ///
    /// Without it and --store the configuration is asked for the place of the
    /// history and of its key alone, and only when that matters (`keepsHistory`).
    init(
        _ globals: GlobalOptions, store options: StoreOptions? = nil, named: String? = nil,
        config: String? = nil, keepsHistory: Bool = true
    ) throws {
        let name = named ?? options?.store
        let isAsked = config != nil || name != nil
        let configuration = try Self.configuration(
            config, isAsked: isAsked, isUsed: isAsked || keepsHistory, isNeeded: globals.history == nil)
        store = try name.flatMap { try configuration?.store($0) }
        self.configuration = configuration
        settings = try Settings.current(
            SettingsOptions(globals, options, store, history: globals.history ?? configuration?.history))
        terminal = Terminal(
            isJSON: globals.json, isQuiet: globals.quiet,
            allowsColor: settings.isColorWelcome && !globals.noColor)
        let level: Logger.Level = globals.verbose ? .debug : globals.quiet ? .error : .warning
        let lines = LogLines(terminal, format: globals.logFormat, level: level, clock: .system)
        let logger = Logger(label: "pg_backctl") { _ in lines }
        for warning in settings.warnings { logger.warning("\(warning)") }
        var context = OperationContext(
            clock: .system, logger: logger, cancellation: Cancellation(within: Signals.cancellation),
            toolVersion: PgBackctl.version)
        context.startedBy = settings.startedBy
        // Its key signs for the history that it names, and for no other, and no other tells of its changes.
        if EvidenceKey.isConfigured(forHistory: globals.history, configured: configuration?.history) {
            context.evidenceKey = configuration?.evidence?.key
            context.configurationFile = configuration == nil ? nil : Configuration.path(config)
        }
        self.context = context
    }

    /// One that nobody has asked for and that is not needed stops nothing when it is broken.
    private static func configuration(
        _ named: String?, isAsked: Bool, isUsed: Bool, isNeeded: Bool
    ) throws -> Configuration? {
        guard isUsed else { return nil }
        guard let path = Configuration.path(named) else {
            guard isAsked else { return nil }
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        do throws(ConfigurationError) { return try Configuration.read(path).checked() } catch {
            // The one of a service's user is none of another user's business.
            if case .unreadable = error, !isAsked { return nil }
            if !isAsked && !isNeeded { return nil }
            throw error
        }
    }

    /// Opens the history, making it when there is none; nothing where none is to be kept.
    func memory(isKept: Bool = true) throws -> Memory {
        isKept ? try Memory.opening(settings.historyPath, context) : .none
    }

    /// Of a command that only looks something up, and needs a history for it.
    func memoryToLookUp() throws -> Memory {
        try Memory.openingToLookUp(settings.historyPath, context)
    }

    /// The history only when there is one, to look something up in passing.
    func existingMemory() throws -> Memory { try Memory.lookingInto(settings.historyPath, context) }
}

extension SettingsOptions {
    init(_ globals: GlobalOptions, _ store: StoreOptions?, _ named: StoreConfiguration?, history: String?) {
        self.init(
            endpoint: store?.endpoint, region: store?.region, accessKeyID: store?.accessKey,
            secretAccessKey: store?.secretKey.map { Secret($0) },
            noSignRequest: store?.noSignRequest ?? false,
            profile: store?.profile, caFile: store?.caFile, historyPath: history,
            store: named)
    }
}
