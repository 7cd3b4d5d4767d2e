// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import History
import Logging
import ObjectStore
import Settings
import Verifier

/// The composition root: what a command works with, put together from options and settings.
struct Application: Sendable {
    let terminal: Terminal
    let settings: Settings
    let logger: Logger
    let clock = WallClock.system
    let cancellation = Signals.cancellation

    init(_ globals: GlobalOptions, store: StoreOptions? = nil) throws {
        settings = try Settings.current(SettingsOptions(globals, store))
        terminal = Terminal(
            isJSON: globals.json, isQuiet: globals.quiet,
            allowsColor: settings.isColorWelcome && !globals.noColor)
        let level: Logger.Level = globals.verbose ? .debug : globals.quiet ? .error : .warning
        let lines = LogLines(terminal, format: globals.logFormat, level: level, clock: clock)
        logger = Logger(label: "pg_backctl") { _ in lines }
        for warning in settings.warnings { logger.warning("\(warning)") }
    }

    /// Opens the history, making it when there is none.
    func history() throws -> HistoryDatabase {
        guard let path = settings.historyPath else {
            throw CommandError.usage(
                "there is no home directory to keep the history in",
                hint: "--history FILE or --no-history say where.")
        }
        let history = try HistoryDatabase(at: path, clock: clock)
        if let aside = history.movedAside {
            logger.error(
                "the history was corrupt and was moved aside; a new one begins",
                metadata: ["file": "\(aside)"])
        }
        return history
    }

    /// Opens the history only when there is one, to look something up in passing.
    func existingHistory() throws -> HistoryDatabase? {
        guard let path = settings.historyPath, access(path, F_OK) == 0 else { return nil }
        return try history()
    }
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
