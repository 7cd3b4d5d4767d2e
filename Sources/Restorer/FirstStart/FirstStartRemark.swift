// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

/// One thing that the first start of a restored cluster will do, or fail at, because its own settings say so.
public struct FirstStartRemark: Sendable, Equatable {
    /// How much it matters.
    public enum Weight: String, Sendable {
        /// The server will not start.
        case prevents
        /// Something outside of the data directory would be read, written or run: perhaps another cluster's.
        case leadsOut = "leads-out"
        /// What was set differs from what this restore leaves, or is worth a look.
        case note
    }

    /// What it is about.
    public enum Matter: Sendable, Equatable {
        /// There is no `postgresql.conf`, as where the configuration lives in /etc.
        case noMainFile
        /// Lines that PostgreSQL does not understand.
        case unreadableLine
        /// A file that is included and lies outside, or is not there.
        case include(String, ServerConfiguration.Include.Reason)
        /// `data_directory`: the server would run on that directory, not on the restored one.
        case dataDirectory(String)
        /// A file without which the server does not start, at a place outside; whether it is on this machine, where that is known.
        case neededFile(setting: String, String, isHere: Bool?)
        /// A file or directory outside that the server writes.
        case writtenOutside(setting: String, String)
        /// A command or library that the server runs.
        case command(setting: String, String)
        /// It would put its WAL where the origin does.
        case archives(command: String)
        /// The port that it listens on, which the origin may use here.
        case port(String)
    }

    /// With the values as the line has them, unescaped.
    public var matter: Matter
    /// Whether the server starts at all, or touches what is not its own.
    public var weight: Weight
    /// Nil for what no line says.
    public var place: ServerConfiguration.Place?

    init(_ matter: Matter, _ weight: Weight, at place: ServerConfiguration.Place? = nil) {
        (self.matter, self.weight, self.place) = (matter, weight, place)
    }
}

extension FirstStartRemark: CustomStringConvertible {
    /// One sentence without its stop, with the place it is about.
    public var description: String {
        let sentence = sentence
        return place.map { "\(ObjectName($0.file)) line \($0.line): \(sentence)" } ?? sentence
    }

    /// Of a line that is made a comment: what it said, for it does nothing any more.
    public var takenOutWords: String {
        let words: String =
            switch matter {
            case .dataDirectory(let path): "data_directory was '\(ObjectName(path))'"
            case .neededFile(let setting, let path, _):
                "\(setting) was '\(ObjectName(path))': the copy has its own"
            case .writtenOutside(let setting, let path): "\(setting) was '\(ObjectName(path))'"
            default: sentence
            }
        return place.map { "\(ObjectName($0.file)) line \($0.line): \(words)" } ?? words
    }

    private var sentence: String {
        switch matter {
        case .noMainFile:
            "the backup has no postgresql.conf: its configuration lay elsewhere, as in /etc/postgresql on Debian. --conf DIR brings that in, else the least that the server starts with is made"
        case .unreadableLine: "PostgreSQL does not understand this line and will not start"
        case .include(let path, let reason): "includes '\(ObjectName(path))', \(Self.words(reason))"
        case .dataDirectory(let path):
            "data_directory is '\(ObjectName(path))': the server would run on that directory, not on this one"
        case .neededFile(let setting, let path, let isHere):
            "\(setting) is '\(ObjectName(path))', \(Self.words(setting, isHere))"
        case .writtenOutside(let setting, let path):
            "\(setting) is '\(ObjectName(path))', outside of the data directory: it will write there"
        case .command(let setting, let value): "\(setting) is '\(ObjectName(value))': it will run that"
        case .archives(let command):
            "archive_mode is on: it would put the WAL of its new timeline where '\(ObjectName(command))' does"
        case .port(let port): "port is \(ObjectName(port)): does the origin use it on this machine?"
        }
    }

    private static func words(_ setting: String, _ isHere: Bool?) -> String {
        if isHere == false {
            let turnOff = setting.hasPrefix("ssl_") ? ", or set ssl = off" : ""
            return
                "which is not on this machine: the server does not start without it. Put it there\(turnOff)"
        }
        let isRead = isHere == true || setting == "ident_file"
        return "outside of the data directory: "
            + (isRead ? "the server reads that one" : "without that file the server does not start")
    }

    private static func words(_ reason: ServerConfiguration.Include.Reason) -> String {
        switch reason {
        case .outside: "which is outside of the backup"
        case .missing: "which is not in the backup: the server will not start"
        case .tooDeep: "which includes too many others"
        }
    }
}
