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
    /// For the one operation of this command, whose cancellation the signals of the process reach.
    let context: OperationContext

    init(_ globals: GlobalOptions, store: StoreOptions? = nil) throws {
        settings = try Settings.current(SettingsOptions(globals, store))
        terminal = Terminal(
            isJSON: globals.json, isQuiet: globals.quiet,
            allowsColor: settings.isColorWelcome && !globals.noColor)
        let level: Logger.Level = globals.verbose ? .debug : globals.quiet ? .error : .warning
        let lines = LogLines(terminal, format: globals.logFormat, level: level, clock: .system)
        let logger = Logger(label: "pg_backctl") { _ in lines }
        for warning in settings.warnings { logger.warning("\(warning)") }
        context = OperationContext(
            clock: .system, logger: logger, cancellation: Cancellation(within: Signals.cancellation),
            toolVersion: PgBackctl.version)
    }

    /// Opens the history, making it when there is none; nothing where none is to be kept.
    func memory(isKept: Bool = true) throws -> Memory {
        isKept ? try Memory.opening(settings.historyPath, context) : .none
    }

    /// The history only when there is one, to look something up in passing.
    func existingMemory() throws -> Memory { try Memory.lookingInto(settings.historyPath, context) }
}

extension SettingsOptions {
    init(_ globals: GlobalOptions, _ store: StoreOptions?) {
        self.init(
            endpoint: store?.endpoint, region: store?.region, accessKeyID: store?.accessKey,
            secretAccessKey: store?.secretKey.map { Secret($0) },
            noSignRequest: store?.noSignRequest ?? false,
            profile: store?.profile, caFile: store?.caFile, historyPath: globals.history)
    }
}
