// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History

/// A history with what other machines have proven beside it, until the verdict is drawn from both.
///
/// Only what the history does not know is taken from there: its own pins are what all is held against.
struct MergingLedger: Ledger {
    private let history: HistoryDatabase
    private let merged: MergedResults

    init(_ history: HistoryDatabase, _ merged: MergedResults) {
        (self.history, self.merged) = (history, merged)
    }

    func memory(of place: BackupPlace) throws -> BackupMemory {
        var memory = try history.memory(of: place)
        guard let work = merged.works[place.url] else { return memory }
        for (name, change) in work.pinsToReadBy where memory.pins[name] == nil {
            memory.pins[name] = change.pin
        }
        memory.inspection = work.inspection ?? memory.inspection
        return memory
    }

    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        if let midstates = try history.midstates(of: object, in: place) { return midstates }
        return merged.works[place.url]?.pinsToReadBy[object]?.midstates
    }

    func record(_ outcome: BackupOutcome, in run: RunID) throws {
        guard let work = merged.works[outcome.place.url] else { return try history.record(outcome, in: run) }
        let known = try history.memory(of: outcome.place).pins
        try history.record(
            work.completing(outcome, known: known), in: run, concluding: work.work, of: merged.plan)
    }

    func begin(_ run: RunStart) throws -> RunID { try history.begin(run) }
    func lock(_ place: BackupPlace, for run: RunID) throws { try history.lock(place, for: run) }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws {
        try history.keep(progress, of: object, in: place)
    }
    func keep(_ progress: [(step: ProgressStep, object: ObjectName)], in place: BackupPlace) throws {
        try history.keep(progress, in: place)
    }
    func release(_ place: BackupPlace) throws { try history.release(place) }
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws {
        try history.end(run, exitStatus: exitStatus, verdict: verdict)
    }
}

extension MergedResults.Work {
    /// The outcome with what other machines have read and made, as if this run had.
    fileprivate func completing(_ outcome: BackupOutcome, known: [ObjectName: Pin]) -> BackupOutcome {
        var outcome = outcome
        var seen: [ObjectName: String] = [:]
        for index in outcome.report.objects.indices {
            let name = outcome.report.objects[index].name
            seen[name] = outcome.report.objects[index].sha256
            if let cost = costs[name] { outcome.report.objects[index].add(cost) }
        }
        // What was read by another machine is pinned as that one saw it, also where it is something else by now: else the
        // next run would take what came later for the first.
        let taken = pins.filter { known[$0.key] == nil && seen[$0.key] != nil }
        outcome.pins.removeAll { taken[$0.object] != nil }
        outcome.pins += taken.values.sorted { $0.object < $1.object }
        let isOfThese = pinsToReadBy.allSatisfy { name, change in seen[name] == change.pin.sha256 }
        if outcome.inspection == nil, outcome.report.verdict != .inconclusive, isOfThese {
            outcome.inspection = inspection
        }
        return outcome
    }
}

extension ObjectReport {
    /// What others have read of it counts as read in this sweep, where this run went on from it.
    fileprivate mutating func add(_ cost: MergedResults.Cost) {
        let taken = min(bytesResumed, cost.bytesRead)
        guard taken > 0 else { return }
        bytesResumed -= taken
        bytesRead = bytesRead.addingClamped(taken)
        (seconds, retries) = (seconds + cost.seconds, retries &+ cost.retries)
    }
}
