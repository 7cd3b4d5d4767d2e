// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One check of the file of checks.
public struct UserCheck: Sendable, Equatable {
    /// What is asked, and what the answer is held to.
    public enum Question: Sendable, Equatable {
        /// SQL, whose answer is held to an expectation.
        case answer(StatementText, Expectation)
        /// How many rows a table has, against what the last trial counted.
        case rowCount(TableName, Tolerance)
        /// SQL for the newest time in the data, which may be so many seconds older than the backup.
        case freshness(StatementText, limit: Double)
        /// A program with its arguments, which finds the connection in its environment.
        case command([String])
    }

    /// By which part a number may be smaller or larger than it was; nil for any.
    public struct Tolerance: Sendable, Equatable {
        /// As a part of what was: 0.05 for 5 %.
        public var shrink, growth: Double?

        /// Nil lets it go down or up by any part; a file of checks has to limit one of them.
        public init(shrink: Double? = nil, growth: Double? = nil) {
            (self.shrink, self.growth) = (shrink, growth)
        }
    }

    /// By which it is told and compared with later trials; no other check of the file has it.
    public var name: String
    /// The name of the one that it is asked in.
    public var database: String
    /// Exactly one: a check of the file that asks two things is refused.
    public var question: Question
    /// What a failure counts as: only an error makes a restore or a trial fail.
    public var severity = Severity.error
    /// How long it may take, in seconds.
    public var timeout = 60.0
    /// As whom it runs; nil for the superuser that asks all else.
    public var role: String?
    /// Where tables are looked for that are named without a schema.
    public var searchPath = "pg_catalog"

    /// An error when it fails, within a minute, as the superuser, with tables looked for in `pg_catalog`, until that is set.
    public init(_ name: String, database: String, _ question: Question) {
        (self.name, self.database, self.question) = (name, database, question)
    }
}

extension UserCheck {
    /// Whether it is a program of the user's, which may do anything.
    public var isCommand: Bool { if case .command = question { true } else { false } }
}
