// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What other machines have proven of backups whose verdicts are drawn now.
struct MergedResults: Sendable {
    /// The plan that all of it is of.
    let plan: String
    /// By the places of the backups.
    private(set) var works: [String: Work] = [:]

    /// What was proven of one backup, by all machines together.
    struct Work: Sendable {
        /// By its place in the plan.
        var work: Int
        /// New ones, by a machine that had all of the backup.
        var pins: [ObjectName: PinChange] = [:]
        /// Those that a reading goes by: all rests on these two, so who draws the verdict reads them as at first.
        var pinsToReadBy: [ObjectName: PinChange] {
            pins.filter { $0.key != SumFile.name && $0.key != BackupInfo.name }
        }
        var inspection: InspectionRecord? { inspections.count == 1 ? inspections[0] : nil }
        /// Different ones: of several nobody knows which is right.
        fileprivate var inspections: [InspectionRecord] = []
        /// Objects that a machine has read and not found sound.
        fileprivate var doubtful: Set<ObjectName> = []
        var costs: [ObjectName: Cost] = [:]
    }

    /// What reading an object cost the other machines.
    struct Cost: Sendable, Equatable {
        var bytesRead: UInt64 = 0
        var seconds = 0.0
        var retries = 0
    }

    private let made: Timestamp, now: Timestamp

    init(of plan: SharedPlan, at now: Timestamp) {
        (self.plan, made, self.now) = (plan.id, plan.made, now)
    }

    /// Of a work that is to have its verdict now.
    mutating func expect(_ work: Int, in place: BackupPlace) { works[place.url] = Work(work: work) }

    /// Takes back what rests on objects that are in doubt: they are read where the verdict is drawn.
    mutating func forgetDoubtful() {
        for (url, work) in works where !work.doubtful.isEmpty {
            var kept = work
            for name in work.doubtful {
                kept.pins[name] = nil
                kept.costs[name] = nil
            }
            kept.inspections = []
            works[url] = kept
        }
    }

    /// Adds what one machine has proven of it.
    mutating func add(_ result: SharedResult, in place: BackupPlace) {
        guard var work = works[place.url], work.work == result.work else { return }
        for object in result.objects {
            work.costs[object.name, default: Cost()].add(object)
        }
        for pin in result.pins { work.pins[pin.pin.object] = pin.change(after: made, before: now) }
        if let inspection = result.inspection, !work.inspections.contains(inspection) {
            work.inspections.append(inspection)
        }
        work.doubtful.formUnion(result.doubtful)
        works[place.url] = work
    }
}

extension MergedResults.Cost {
    fileprivate mutating func add(_ object: ProvenObject) {
        bytesRead = bytesRead.addingClamped(object.bytesRead)
        (seconds, retries) = (seconds + object.seconds, retries &+ object.retries)
    }
}
