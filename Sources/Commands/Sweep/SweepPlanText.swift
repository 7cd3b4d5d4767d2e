// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations
import Planning
import Service

/// What a sweep is going to do, as people read it.
struct SweepPlanText {
    private let plan: SweepPlan

    init(_ plan: SweepPlan) { self.plan = plan }

    var lines: [String] {
        [head] + work + [""].filter { _ in !plan.work.isEmpty } + left + shortfalls + cycles
    }

    private var head: String {
        guard !plan.work.isEmpty else {
            guard plan.left.isEmpty else { return "nothing fits" }
            return "nothing to do\(whyNothing.map { ": \($0)" } ?? "")"
        }
        let speed = plan.speed.isMeasured ? "as the last sweeps went" : "as such machines usually go"
        return
            "\(Units.count(plan.work.count, "thing")) to do, \(Units.bytes(plan.bytes)), about \(Units.duration(Double(plan.seconds))) \(speed)"
    }

    /// Nil where neither can be said, such as of stores that nobody could look at.
    private var whyNothing: String? {
        let standings = plan.cycles.map(\.standing)
        guard standings.contains(where: { $0.backups > 0 }) else {
            return standings.isEmpty ? nil : "no backup is there"
        }
        return standings.allSatisfy { $0.backupsWithin == $0.backups } ? "all is within policy" : nil
    }

    private var work: [String] {
        guard !plan.work.isEmpty else { return [] }
        let table = Table(
            columns: [
                .init(title: "STORE"), .init(title: "BACKUP"), .init(title: "WHAT"),
                .init(title: "READ", alignment: .right), .init(title: "TIME", alignment: .right),
                .init(title: "WHY"),
            ],
            rows: plan.work.map { work in
                [
                    work.backup.store, work.backup.label,
                    work.kind == .trial ? "trial" : work.level.rawValue,
                    Units.bytes(work.bytes) + (work.isPartial ? " of it" : ""),
                    Units.duration(Double(work.seconds)), work.because,
                ]
            })
        return table.lines.map { "  \($0)" }
    }

    private var left: [String] {
        Dictionary(grouping: plan.left, by: \.lack).sorted { $0.key.rawValue < $1.key.rawValue }.map {
            lack, left in
            let bytes = left.reduce(UInt64(0)) { $0.addingClamped($1.work.bytes) }
            return
                "does not fit: \(Units.count(left.count, "thing")), \(Units.bytes(bytes)), for lack of \(lack.rawValue); the next sweep goes on"
        }
    }

    private var shortfalls: [String] { plan.shortfalls.map(\.message) }

    private var cycles: [String] { plan.cycles.flatMap(CycleText.lines) }
}

/// How a store stands against its policy, as people read it.
enum CycleText {
    static func lines(_ cycle: StoreCycle) -> [String] {
        ["\(cycle.store): \(cycle.standing.words)"]
            + cycle.rounds.map { round in
                let closes = round.closes.map { ", closes \($0.day)" } ?? ""
                return
                    "  \(round.line): \(round.backupsDone) of \(Units.count(round.backups, "backup")) since \(round.began.day)\(closes)"
            }
    }
}
