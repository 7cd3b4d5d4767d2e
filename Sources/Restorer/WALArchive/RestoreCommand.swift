// SPDX-License-Identifier: Apache-2.0

/// The value of restore_command: a line for the shell in which PostgreSQL replaces `%f` and `%p`.
///
/// Every word is quoted, so that neither the shell nor PostgreSQL finds anything in it. It still has to be
/// quoted as a value where it is written into a file of settings.
public struct RestoreCommand: Sendable, Equatable, CustomStringConvertible {
    public let description: String

    /// Asks the process that serves WAL at a socket.
    public init(executable: String, socket: String) {
        self.init([executable, "wal-get", "--socket", socket])
    }

    /// Goes to the archive itself; `options` are words as a person would type them.
    ///
    /// Credentials must not be among them: what is written here, others can read.
    public init(executable: String, location: String, options: [String] = []) {
        self.init([executable, "wal-get"] + options, file: [location])
    }

    private init(_ words: [String], file: [String] = []) {
        description = ((words + file).map(Self.quoted) + ["\"%f\"", "\"%p\""]).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''").replacing("%", with: "%%") + "'"
    }

    /// As the value stands in postgresql.conf, quotes and all.
    public var setting: String {
        "'" + description.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }
}
