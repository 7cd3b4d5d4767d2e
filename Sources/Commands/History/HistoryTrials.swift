// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Operations

struct HistoryTrials: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "trials",
        abstract: "Show the trial restores: what was proven, how long it took, what failed.",
        discussion: """
            RTO is the time from the start until the server answered; CHECKS tells how many of them passed. \
            Below the table the newest such time is compared with the one before it. --open shows trials \
            without an end: they were killed or are under way.
            """)
    static let noun = "trials"
    static let columns: [Table.Column] = [
        .init(title: "TRIAL", alignment: .right), .init(title: "STARTED"), .init(title: "LABEL"),
        .init(title: "RUNTIME"), .init(title: "LEVEL"),
        .init(title: "OUTCOME"), .init(title: "TIME", alignment: .right),
        .init(title: "RTO", alignment: .right), .init(title: "CHECKS", alignment: .right),
        .init(title: "WHY"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [TrialLine] {
        try history.trials(filter)
    }

    static func row(_ line: TrialLine) -> [String] {
        let (start, end) = (line.start, line.end)
        return [
            String(line.id.value), start.started.description, start.place.label, start.runtime.rawValue,
            end?.level?.rawValue ?? "-",
            line.state.words(exitStatus: end?.exitStatus, success: "passed"),
            line.seconds.map(Units.duration) ?? "-", end?.secondsToAnswer.map(Units.duration) ?? "-",
            end.map(checks) ?? "-", end.map(why) ?? "-",
        ]
    }

    static func afterword(_ lines: [TrialLine]) -> [String] {
        let trends = TrialTrend.of(lines)
        return (trends.isEmpty ? [] : [""]) + trends.map(sentence)
    }

    private static func sentence(_ trend: TrialTrend) -> String {
        let change =
            switch trend.percent {
            case nil, 0?: "as before"
            case let percent? where percent < 0: "\(-percent) % less than before"
            case let percent?: "\(percent) % more than before"
            }
        let times = "\(Units.duration(trend.last)), \(change) (\(Units.duration(trend.before)))"
        return "time to answer: \(times); \(trend.runtime.rawValue), \(shown(trend.location))"
    }

    private static func checks(_ end: TrialEnd) -> String {
        guard !end.checks.isEmpty else { return "-" }
        return "\(end.checks.count { $0.outcome == .passed })/\(end.checks.count)"
    }

    private static func why(_ end: TrialEnd) -> String {
        var words = end.failure.map { [shown($0)] } ?? []
        if case .failed(let reason) = end.cleanUp { words.append("not cleaned up: \(shown(reason))") }
        return words.isEmpty ? "-" : words.joined(separator: "; ")
    }

    static func node(_ line: TrialLine) -> TrialNode { TrialNode(line) }
}
