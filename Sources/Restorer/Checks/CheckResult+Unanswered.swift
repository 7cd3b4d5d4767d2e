// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres

extension CheckResult.Outcome {
    /// Of a question that got no answer.
    ///
    /// What took too long hangs only where somebody has said how long it may take; what is the machine's says nothing of the
    /// cluster.
    init(without answer: QueryError, isBounded: Bool) {
        self =
            switch answer {
            case _ where answer.isOfTheMachine: .notRun
            case .timedOut: isBounded ? .hung : .notRun
            default: .failed
            }
    }
}

extension CheckResult {
    static func notRun(
        _ name: String, _ origin: Origin, _ database: ObjectName?, severity: Severity = .error,
        _ reason: String
    ) -> CheckResult {
        CheckResult(
            name, origin, database: database, .notRun, severity: severity, words: "it was not run: \(reason)")
    }

    /// A built-in check whose question got no answer.
    static func unasked(
        _ name: String, _ database: ObjectName?, _ error: QueryError, isBounded: Bool = false, seconds: Double
    ) -> CheckResult {
        CheckResult(
            name, .builtIn, database: database, Outcome(without: error, isBounded: isBounded),
            seconds: seconds, words: "it could not be asked: \(ObjectName(error.message))")
    }
}
