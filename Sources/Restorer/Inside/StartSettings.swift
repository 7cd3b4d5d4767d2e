// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What the restored cluster's own settings need of the machine: libraries and locales.
struct StartSettings: Sendable, Equatable {
    struct Library: Sendable, Equatable {
        var name: String
        /// The setting that names it.
        var user: String
    }

    struct Locale: Sendable, Equatable {
        var setting, value: String
    }

    private(set) var libraries: [Library] = []
    private(set) var locales: [Locale] = []
    /// Where libraries are looked for, `$libdir` for PostgreSQL's own folder.
    private(set) var folders = ["$libdir"]

    init() {}

    init(_ configuration: ServerConfiguration) {
        for name in ["shared_preload_libraries", "session_preload_libraries", "local_preload_libraries"] {
            libraries += Self.libraries(of: name, configuration[name] ?? "", user: name)
        }
        for name in ["lc_messages", "lc_monetary", "lc_numeric", "lc_time"] {
            guard let value = configuration[name], !value.isEmpty else { continue }
            locales.append(Locale(setting: name, value: value))
        }
        folders = Self.folders(configuration["dynamic_library_path"] ?? "$libdir")
    }

    /// A list with commas, each name in double quotes or not.
    static func libraries(of setting: String, _ value: String, user: String) -> [Library] {
        value.split(separator: ",").compactMap { part in
            let name = part.trimming { $0 == " " || $0 == "\t" }.trimming { $0 == "\"" }
            guard !name.isEmpty else { return nil }
            // Everybody may set this one, so the server looks in a folder of its own for them.
            let isLocal = setting == "local_preload_libraries" && !name.contains("/")
            return Library(name: isLocal ? "$libdir/plugins/\(name)" : String(name), user: user)
        }
    }

    private static func folders(_ path: String) -> [String] {
        let given = path.split(separator: ":").map(String.init).filter {
            $0 == "$libdir" || $0.hasPrefix("/")
        }
        return given.contains("$libdir") ? given : given + ["$libdir"]
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
