// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations

/// `pg_backctl.trial/1`: what a trial restore has shown.
struct TrialDocument: Encodable {
    struct Phase: Encodable {
        var name: String
        var seconds: Double
        var bytes: Nullable<UInt64>
    }

    struct Check: Encodable {
        var name: String
        var origin: String
        var database: Nullable<String>
        var outcome: String
        var severity: String
        var seconds: Double
        var words: String
        var measured: Nullable<Double>
    }

    struct Told: Encodable {
        var code: String
        var severity: String
        var message: String
    }

    struct PassedOver: Encodable {
        var label: String
        var reason: String
    }

    let schema = "pg_backctl.trial/1"
    var exitStatus: Int32
    var backup: String
    var runtime: String
    var goal: String
    var replaysArchive: Bool
    var passedOver: [PassedOver]
    var level: Nullable<String>
    var failure: Nullable<String>
    var secondsToAnswer: Nullable<Double>
    var newestData: Nullable<String>
    var endPosition: Nullable<String>
    var phases: [Phase]
    var checks: [Check]
    var findings: [Told]
    var cleanUp: String
    var kept: Nullable<String>

    init(_ report: TrialReport) {
        let (start, end) = (report.start, report.end)
        (exitStatus, backup, runtime) = (end.exitStatus, start.place.url, start.runtime.rawValue)
        (goal, replaysArchive) = (start.goal, start.replaysArchive)
        passedOver = start.passedOver.map { PassedOver(label: $0.label, reason: $0.reason) }
        (level, failure) = (Nullable(end.level?.rawValue), Nullable(end.failure))
        secondsToAnswer = Nullable(end.secondsToAnswer)
        newestData = Nullable(end.newestData.map { "\($0)" })
        endPosition = Nullable(end.endPosition)
        phases = end.phases.map {
            Phase(name: $0.name.rawValue, seconds: $0.seconds, bytes: Nullable($0.bytes))
        }
        checks = end.checks.map(Self.node)
        findings = end.findings.map {
            Told(code: $0.code.rawValue, severity: $0.severity.rawValue, message: $0.message)
        }
        cleanUp = Self.word(end.cleanUp)
        kept = Nullable(report.kept)
    }

    private static func node(_ check: CheckResult) -> Check {
        Check(
            name: check.name, origin: check.origin.rawValue,
            database: Nullable(check.database.map { "\($0)" }), outcome: check.outcome.rawValue,
            severity: check.severity.rawValue, seconds: check.seconds, words: check.words,
            measured: Nullable(check.measured))
    }

    private static func word(_ cleanUp: TrialEnd.CleanUp) -> String {
        switch cleanUp {
        case .removed: "removed"
        case .kept: "kept"
        case .failed: "failed"
        }
    }
}
