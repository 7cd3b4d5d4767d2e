// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations

/// `pg_backctl.trial/1`: what a trial restore has shown.
struct TrialDocument: Encodable {
    let schema = "pg_backctl.trial/1"
    var exitStatus: Int32
    /// In the history; null where none is kept.
    var trial: Nullable<Int64>
    var label, place: String
    var runtime: TrialStart.Runtime
    var goal: String
    var replaysArchive: Bool
    var passedOver: [TrialStart.PassedOver]
    var startedBy: Nullable<String>
    var started, ended: Timestamp
    var level: Nullable<Level>
    var failure: Nullable<String>
    var hints: [String]
    var secondsToAnswer: Nullable<Double>
    var newestData: Nullable<Timestamp>
    var endPosition, serverVersion, image: Nullable<String>
    var phases: [HistoryRestores.Phase]
    var checks: [TrialNode.Check]
    var findings: [VerifyDocument.FindingNode]
    var neutralised, isolation: [String]
    var cleanUp: TrialNode.CleanUp
    /// Where what failed can be looked at.
    var kept: Nullable<String>
    var nextBest: Nullable<Other>

    /// What to go back to instead.
    struct Other: Encodable {
        var label: String
        var time: Nullable<Timestamp>
        var level: Nullable<Level>
        var forecastSeconds: Nullable<Double>

        init(_ other: NextBest) {
            (label, time, level) = (other.label, Nullable(other.time), Nullable(other.level))
            forecastSeconds = Nullable(other.seconds.map(rounded))
        }
    }

    init(_ report: TrialReport) {
        let (start, end) = (report.start, report.end)
        (exitStatus, trial) = (end.exitStatus, Nullable(report.id?.value))
        (label, place, runtime) = (start.place.label, start.place.url, start.runtime)
        (goal, replaysArchive, passedOver) = (start.goal, start.replaysArchive, start.passedOver)
        (startedBy, started, ended) = (Nullable(start.startedBy), start.started, end.ended)
        (level, failure, hints) = (
            Nullable(end.level), Nullable(end.failure), report.hints
        )
        secondsToAnswer = Nullable(end.secondsToAnswer.map(rounded))
        (newestData, endPosition) = (Nullable(end.newestData), Nullable(end.endPosition))
        (serverVersion, image) = (Nullable(end.serverVersion), Nullable(end.image))
        phases = end.phases.map(HistoryRestores.Phase.init)
        checks = end.checks.map(TrialNode.Check.init)
        findings = end.findings.map(VerifyDocument.FindingNode.init)
        (neutralised, isolation) = (end.neutralised, end.isolation)
        cleanUp = TrialNode.CleanUp(end.cleanUp)
        (kept, nextBest) = (Nullable(report.kept), Nullable(report.nextBest.map(Other.init)))
    }
}
