// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A trial restore in a document: all that the history has of it.
struct TrialNode: Encodable {
    var trial: Int64
    var label, place, state: String
    var runtime: TrialStart.Runtime
    var scratch, goal: String
    var replaysArchive: Bool
    var passedOver: [TrialStart.PassedOver]
    var startedBy: Nullable<String>
    var started: Timestamp
    var ended: Nullable<Timestamp>
    var seconds: Nullable<Double>
    var exitStatus: Nullable<Int32>
    var level: Nullable<Level>
    var failure: Nullable<String>
    var secondsToAnswer: Nullable<Double>
    var newestData: Nullable<Timestamp>
    var endPosition, serverVersion, image: Nullable<String>
    /// Text: numbers of 64 bits are not safe in every reader of JSON.
    var systemIdentifier: Nullable<String>
    var phases: [HistoryRestores.Phase]
    var checks: [Check]
    var findings: [VerifyDocument.FindingNode]
    var findingsFound: Int
    var neutralised, isolation: [String]
    var cleanUp: Nullable<CleanUp>
    var toolVersion, host: String
    var pid: Int32

    struct Check: Encodable {
        var name: String
        var origin: CheckResult.Origin
        var database: Nullable<String>
        var outcome: CheckResult.Outcome
        var severity: Severity
        var seconds: Double
        var message: String
        var measured: Nullable<Double>

        init(_ check: CheckResult) {
            (name, origin, database) = (check.name, check.origin, Nullable(check.database?.jsonText))
            (outcome, severity) = (check.outcome, check.severity)
            (seconds, message) = (rounded(check.seconds), check.words)
            measured = Nullable(check.measured)
        }
    }

    struct CleanUp: Encodable {
        /// `removed`, `kept` or `failed`.
        var outcome: String
        var until: Nullable<Timestamp>
        var reason: Nullable<String>

        init(_ cleanUp: TrialEnd.CleanUp) {
            (until, reason) = (Nullable(nil), Nullable(nil))
            switch cleanUp {
            case .removed: outcome = "removed"
            case .kept(let until): (outcome, self.until) = ("kept", Nullable(until))
            case .failed(let reason): (outcome, self.reason) = ("failed", Nullable(reason))
            }
        }
    }

    init(_ line: TrialLine) {
        let (start, end) = (line.start, line.end)
        (trial, state) = (line.id.value, line.state.rawValue)
        (label, place) = (start.place.label, start.place.url)
        (runtime, scratch, goal) = (start.runtime, start.scratch, start.goal)
        (replaysArchive, passedOver) = (start.replaysArchive, start.passedOver)
        (startedBy, started) = (Nullable(start.startedBy), start.started)
        (ended, seconds) = (Nullable(end?.ended), Nullable(line.seconds.map(rounded)))
        (exitStatus, level) = (Nullable(end?.exitStatus), Nullable(end?.level))
        (failure, endPosition) = (Nullable(end?.failure), Nullable(end?.endPosition))
        secondsToAnswer = Nullable(end?.secondsToAnswer.map(rounded))
        newestData = Nullable(end?.newestData)
        (serverVersion, image) = (Nullable(end?.serverVersion), Nullable(end?.image))
        systemIdentifier = Nullable(end?.systemIdentifier.map { String($0) })
        phases = (end?.phases ?? []).map(HistoryRestores.Phase.init)
        checks = (end?.checks ?? []).map(Check.init)
        findings = (end?.findings ?? []).map(VerifyDocument.FindingNode.init)
        findingsFound = line.findings
        (neutralised, isolation) = (end?.neutralised ?? [], end?.isolation ?? [])
        cleanUp = Nullable((end?.cleanUp).map(CleanUp.init))
        (toolVersion, host, pid) = (start.toolVersion, line.process.host, line.process.pid)
    }
}
