// SPDX-License-Identifier: Apache-2.0

/// What one question to a restored cluster came to.
public struct CheckResult: Sendable, Equatable, Codable {
    /// Whose question it is; the raw value is what JSON and the history say.
    public enum Origin: String, Sendable, Codable, CaseIterable {
        case builtIn = "built-in"
        /// Of the file of checks.
        case user
    }

    /// The raw value is what JSON and the history say.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case passed
        /// The answer is not the one that it should be.
        case failed
        /// It got no answer in time.
        case hung
        /// The trial broke off before it, or what it needs is not there.
        case notRun = "not run"
    }

    /// Such as `amcheck`, or the name in the file of checks.
    public var name: String
    /// Whether it came with this program or stands in the user's file of checks.
    public var origin: Origin
    /// Nil for what is about the whole cluster.
    public var database: ObjectName?
    /// What the answer means, or why there is none; how much that weighs, `severity` says.
    public var outcome: Outcome
    /// How bad a failure is; a warning fails no trial.
    public var severity: Severity
    /// How long it took.
    public var seconds: Double
    /// One sentence without its stop: what was asked, expected and found.
    ///
    /// It holds no values of rows, but for the last line that a command of the user's said: that is what the command makes it.
    public var words: String
    /// The number that was measured, for the comparison with later trials.
    public var measured: Double?
    /// Whether it was clear beforehand that it cannot be asked of this cluster here: its silence is no surprise.
    public var isForeseen = false

    /// A failure of it is an error unless said otherwise; that its silence was foreseen is set later.
    public init(
        _ name: String, _ origin: Origin, database: ObjectName? = nil, _ outcome: Outcome,
        severity: Severity = .error, seconds: Double = 0, words: String, measured: Double? = nil
    ) {
        (self.name, self.origin, self.database, self.outcome) = (name, origin, database, outcome)
        (self.severity, self.seconds, self.words, self.measured) = (severity, seconds, words, measured)
    }

    /// Whether a trial with it has not shown all that `exercised` means: it failed, or it should have run and did not.
    public var keepsFromExercised: Bool { severity == .error && outcome != .passed }

    /// Whether nobody may take its silence for a yes: it should have run, and could not.
    public var leavesNoVerdict: Bool { severity == .error && outcome == .notRun && !isForeseen }

    /// Whether the cluster is not what it should be.
    public var isFailure: Bool { severity == .error && (outcome == .failed || outcome == .hung) }
}
