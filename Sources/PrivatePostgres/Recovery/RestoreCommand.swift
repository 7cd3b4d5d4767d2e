// SPDX-License-Identifier: Apache-2.0
import Diagnostics

/// The command with which PostgreSQL fetches a file of WAL.
///
/// PostgreSQL hands it to `/bin/sh`; that is PostgreSQL's way and the only shell there is.
public struct RestoreCommand: Sendable, Equatable {
    /// As the setting says it, with `%f` and `%p`.
    public let text: String
    /// Whether it asks over the network, so that the server must not be cut off from it.
    public let needsNetwork: Bool

    /// What it opens besides the archive's file: absolute paths.
    public let opens: [String]

    /// Says of every file that it is not there.
    ///
    /// PostgreSQL wants a restore_command even where all WAL is in the backup. `exit` is part of every
    /// shell, where a program such as `false` may be missing; a status above 125 would be a fault.
    static let nothing = RestoreCommand(text: "exit 1", needsNetwork: false)

    private init(text: String, needsNetwork: Bool, opens: [String] = []) {
        (self.text, self.needsNetwork, self.opens) = (text, needsNetwork, opens)
    }

    /// A program with its arguments, and after them the name of the file and the path to put it at.
    public init(program: String, arguments: [String], needsNetwork: Bool = true, opens: [String] = []) {
        let words = ([program] + arguments).map(Self.quoted) + [#""%f""#, #""%p""#]
        self.init(text: words.joined(separator: " "), needsNetwork: needsNetwork, opens: opens)
    }

    /// One word for the shell, with nothing in it for PostgreSQL to replace.
    private static func quoted(_ word: String) -> String {
        ShellWord(word).quoted.replacing("%", with: "%%")
    }
}
