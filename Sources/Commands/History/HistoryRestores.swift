// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations

struct HistoryRestores: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "restores",
        abstract: "Show the restores: what, where to, how far, how they ended and what took how long.",
        discussion: """
            --open shows those without an end: they were killed or are under way.
            """)
    static let noun = "restores"
    static let columns: [Table.Column] = [
        .init(title: "STARTED"), .init(title: "LABEL"), .init(title: "TARGET"), .init(title: "GOAL"),
        .init(title: "OUTCOME"), .init(title: "TIME", alignment: .right), .init(title: "PHASES"),
        .init(title: "END"), .init(title: "WHY"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [RestoreLine] {
        try history.restores(filter)
    }

    static func row(_ line: RestoreLine) -> [String] {
        let phases = line.phases.map { "\($0.name.rawValue) \(Units.duration($0.seconds))" }
        return [
            line.start.started.description, line.start.place.label, shown(line.start.target),
            shown(line.start.goal), outcome(line), line.seconds.map(Units.duration) ?? "-",
            phases.isEmpty ? "-" : phases.joined(separator: ", "),
            line.end?.endPosition.map(shown) ?? "-", line.end?.failure.map(shown) ?? "-",
        ]
    }

    private static func outcome(_ line: RestoreLine) -> String {
        let done = line.start.acceptsDamage ? "done, damage accepted" : "done"
        return line.state.words(exitStatus: line.end?.exitStatus, success: done)
    }

    struct Node: Encodable {
        var restore: Int64
        var label, place, target, goal, state: String
        var acceptsDamage, isResumed: Bool
        var fromTrial: Nullable<Int64>
        var started: Timestamp
        var ended: Nullable<Timestamp>
        var seconds: Nullable<Double>
        var exitStatus: Nullable<Int32>
        var failure: Nullable<String>
        var phases: [Phase]
        var findings: [VerifyDocument.FindingNode]
        var findingsFound: Int
        var endPosition: Nullable<String>
        var timeline: Nullable<UInt32>
        var toolVersion, host: String
        var pid: Int32
    }

    struct Phase: Encodable {
        var name: RestorePhase.Name
        var seconds: Double
        var bytes: Nullable<UInt64>

        init(_ phase: RestorePhase) {
            (name, seconds, bytes) = (phase.name, rounded(phase.seconds), Nullable(phase.bytes))
        }
    }

    static func node(_ line: RestoreLine) -> Node {
        let (start, end) = (line.start, line.end)
        return Node(
            restore: line.id.value, label: start.place.label, place: start.place.url, target: start.target,
            goal: start.goal, state: line.state.rawValue, acceptsDamage: start.acceptsDamage,
            isResumed: start.isResumed, fromTrial: Nullable(start.trial?.value), started: start.started,
            ended: Nullable(end?.ended),
            seconds: Nullable(line.seconds.map(rounded)), exitStatus: Nullable(end?.exitStatus),
            failure: Nullable(end?.failure), phases: line.phases.map(Phase.init),
            findings: (end?.findings ?? []).map(VerifyDocument.FindingNode.init),
            findingsFound: line.findings,
            endPosition: Nullable(end?.endPosition), timeline: Nullable(end?.timeline),
            toolVersion: start.toolVersion, host: line.process.host, pid: line.process.pid)
    }
}
