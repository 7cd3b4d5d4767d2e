// SPDX-License-Identifier: Apache-2.0
import Foundation

extension Configuration {
    /// What names the file where no option does.
    static let variable = "PG_BACKCTL_CONFIG"

    /// The file that holds: the one that an option names, else PG_BACKCTL_CONFIG, else the usual one where it is there.
    public static func path(_ named: String?) -> String? {
        if let path = named
            ?? Variables(ProcessInfo.processInfo.environment, origin: "the environment")[variable]
        {
            return path
        }
        return FileManager.default.fileExists(atPath: usualPath) ? usualPath : nil
    }

    /// Reads a file; throws when it is not there, and not for what is wrong in it.
    public static func read(_ path: String) throws(ConfigurationError) -> ConfigurationReading {
        let file: SettingsFile?
        do throws(SettingsError) { file = try SettingsFile(path) } catch {
            guard case .unreadable(_, let reason) = error else {
                throw .unreadable(path, reason: error.message)
            }
            throw .unreadable(path, reason: reason)
        }
        guard let file else { throw .missing(path) }
        return ConfigurationReading(Array(file.text.utf8), file: path)
    }
}
