// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Operations

struct HistorySweeps: HistoryListing {
    static let configuration = CommandConfiguration(
        commandName: "sweeps",
        abstract: "Show the sweeps: when, for which slot, what they did and how they ended.",
        discussion: """
            SLOT is the time for which the schedule wanted it; a sweep by hand has none. --open shows sweeps \
            without an end: they were killed or are under way.
            """)
    static let noun = "sweeps"
    static let columns: [Table.Column] = [
        .init(title: "SWEEP", alignment: .right), .init(title: "STARTED"), .init(title: "SCHEDULE"),
        .init(title: "SLOT"), .init(title: "STATE"), .init(title: "EXIT", alignment: .right),
        .init(title: "ENDED BY"), .init(title: "DONE", alignment: .right),
        .init(title: "READ", alignment: .right),
        .init(title: "STORES"),
    ]

    @OptionGroup var filter: FilterOptions
    @OptionGroup var globals: GlobalOptions

    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [SweepLine] {
        try history.sweeps(filter)
    }

    static func row(_ line: SweepLine) -> [String] {
        [
            String(line.id.value), line.start.started.description, line.start.schedule ?? "-",
            line.start.slot?.description ?? "-", line.state.rawValue,
            line.end.map { String($0.exitStatus) } ?? "-", line.end?.reason.rawValue ?? "-",
            String(line.stores.reduce(0) { $0 + $1.work.count }),
            Units.bytes(line.stores.reduce(0) { $0 &+ $1.bytesRead }),
            line.stores.map { "\($0.name): \($0.exitStatus)" }.joined(separator: ", "),
        ]
    }

    struct Node: Encodable {
        var sweep: Int64
        var state: String
        var schedule, startedBy: Nullable<String>
        var slot, windowEnds: Nullable<Timestamp>
        var started: Timestamp
        var ended: Nullable<Timestamp>
        var exitStatus: Nullable<Int32>
        var endedBy: Nullable<SweepEnd.Reason>
        var seed: String
        var stores: [SweptStore]
        var toolVersion: String
    }

    static func node(_ line: SweepLine) -> Node {
        Node(
            sweep: line.id.value, state: line.state.rawValue, schedule: Nullable(line.start.schedule),
            startedBy: Nullable(line.start.startedBy), slot: Nullable(line.start.slot),
            windowEnds: Nullable(line.start.windowEnds), started: line.start.started,
            ended: Nullable(line.end?.ended), exitStatus: Nullable(line.end?.exitStatus),
            endedBy: Nullable(line.end?.reason), seed: String(line.start.seed), stores: line.stores,
            toolVersion: line.start.toolVersion)
    }
}
