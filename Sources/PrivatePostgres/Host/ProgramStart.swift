// SPDX-License-Identifier: Apache-2.0

/// What is needed to start one of PostgreSQL's programs.
public struct ProgramStart: Sendable {
    /// What is started.
    public var program: PostgresBinaries.Program
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// All of it: nothing is inherited.
    public var environment: [String: String]
    /// Where it is started.
    public var directory: String
    /// Absolute; a new file is made there for what it says.
    public var log: String
    /// The directories that it may write to, where the host can hold it to them; nil for all that its user may.
    public var writable: [String]?
    /// What it opens besides, outside of the directories that everything there may see: absolute paths.
    public var seen: [String] = []
    /// Whether it asks over the network; all else is cut off from it where the host can.
    public var needsNetwork = false
    /// Whether what it prints to standard output is kept as results, apart from what it says.
    public var keepsResults = false

    /// Until it is set, it may write to all that its user may, has no network, and keeps no results apart.
    public init(
        _ program: PostgresBinaries.Program, _ arguments: [String], environment: [String: String],
        directory: String, log: String
    ) {
        (self.program, self.arguments, self.environment) = (program, arguments, environment)
        (self.directory, self.log) = (directory, log)
    }
}

/// What is needed to start a command of the user's.
public struct CommandStart: Sendable {
    /// The full path of the program, then its arguments; no shell reads them.
    public var words: [String]
    /// All of it: nothing is inherited.
    public var environment: [String: String]
    /// Absolute; a new file is made there for what it says.
    public var log: String

    /// `words` has one at least: the full path of the program.
    public init(_ words: [String], environment: [String: String], log: String) {
        (self.words, self.environment, self.log) = (words, environment, log)
    }
}
