// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One check of the file of checks.
public struct UserCheck: Sendable, Equatable {
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

        public init(shrink: Double? = nil, growth: Double? = nil) {
            (self.shrink, self.growth) = (shrink, growth)
        }
    }

    /// By which it is told and compared with later trials; no other check of the file has it.
    public var name: String
    public var database: String
    public var question: Question
    public var severity = Severity.error
    /// How long it may take, in seconds.
    public var timeout = 60.0
    /// As whom it runs; nil for the superuser that asks all else.
    public var role: String?
    /// Where tables are looked for that are named without a schema.
    public var searchPath = "pg_catalog"

    public init(_ name: String, database: String, _ question: Question) {
        (self.name, self.database, self.question) = (name, database, question)
    }
}

extension UserCheck {
    /// Whether it is a program of the user's, which may do anything.
    public var isCommand: Bool { if case .command = question { true } else { false } }
}
