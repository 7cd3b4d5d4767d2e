// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Whether a restored copy may archive its WAL where the settings that came with it say.
///
/// These are the settings of the origin: a copy that keeps them puts the WAL of its new timeline among that of the origin.
public enum ArchivingChoice: String, Sendable, CaseIterable {
    /// `archive_mode = off` is put behind all other settings.
    case off
    /// The settings are left as they are.
    case keep
}

/// Whether a server archives its WAL by its settings.
public enum Archiving: Sendable, Equatable {
    /// It does not.
    case none
    /// It does: `mode` is what `archive_mode` says, `means` the command or library.
    case by(means: String, mode: String)
    /// A file that was not looked into may say so.
    case unknown

    /// What has to be typed at the server, as SQL, for the settings to count again once `archive_mode = off` was put behind them.
    public var undoing: String {
        guard case .by(_, let mode) = self else { return "ALTER SYSTEM RESET archive_mode" }
        return "ALTER SYSTEM SET archive_mode = '\(mode)'"
    }

    private static let mark = "# archive_mode is off by pg_backctl restore"
    private static let setting = "archive_mode = 'off'\n"

    /// What a file of settings is without the lines that `linesOff` has put into it; all of it where it never did.
    static func withoutLinesOff(_ text: [UInt8], by token: String) -> [UInt8] {
        guard let start = text.firstRange(of: Array("\(mark) \(token):".utf8))?.lowerBound,
            let end = text[start...].firstRange(of: Array(setting.utf8))?.upperBound
        else { return text }
        return Array(text[..<start] + text[end...])
    }

    /// What is put behind all other settings so that the copy does not archive; the token tells whose lines they are.
    func linesOff(by token: String) -> String {
        let why =
            if case .by = self { "the settings above archive where the origin does" } else {
                "the settings may archive where the origin does"
            }
        return """
            \(Self.mark) \(token): \(why).
            # To archive again: \(undoing); then restart the server.
            \(Self.setting)
            """
    }
}

extension Archiving {
    /// Reads it out of a configuration.
    init(_ configuration: ServerConfiguration) {
        let mode = Self.mode(configuration)
        let isUnseen = !configuration.includes.isEmpty
        let means = ["archive_library", "archive_command"].compactMap { configuration[$0] }
            .first { !$0.isEmpty }
        if let mode, let means {
            self = .by(means: means, mode: mode)
        } else if isUnseen, mode != nil || !Self.isOffAtTheEnd(configuration) {
            self = .unknown
        } else {
            self = .none
        }
    }

    /// `on` or `always`; nil when it is off.
    private static func mode(_ configuration: ServerConfiguration) -> String? {
        switch configuration["archive_mode"]?.lowercased() {
        case "always": "always"
        // What PostgreSQL takes for it (`archive_mode_options` in src/backend/access/transam/xlog.c).
        case "on", "true", "yes", "1": "on"
        default: nil
        }
    }

    /// Whether what ALTER SYSTEM writes says off: no included file comes behind that.
    private static func isOffAtTheEnd(_ configuration: ServerConfiguration) -> Bool {
        guard let setting = configuration.settings["archive_mode"] else { return false }
        return setting.place.file == DataDirectory.settingsFile
            && !configuration.includes.contains { $0.place.file == DataDirectory.settingsFile }
    }
}
