// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What is left of a budget.
private struct Room {
    var bytes: Double
    var seconds: Double
    var trials: Int

    init(_ budget: SweepBudget) {
        bytes = budget.bytes.map { Double($0) } ?? .infinity
        seconds = budget.window ?? .infinity
        trials = budget.trials ?? .max
    }

    func lack(for work: PlannedWork) -> WorkLeft.Lack? {
        if work.kind == .trial, trials < 1 { return .trials }
        if Double(work.bytes) > bytes { return .bytes }
        return Double(work.seconds) > seconds ? .time : nil
    }

    mutating func take(_ work: PlannedWork) {
        bytes -= Double(work.bytes)
        seconds -= Double(work.seconds)
        if work.kind == .trial { trials -= 1 }
    }
}

extension SweepPlanner {
    /// A run stops at a boundary of chunks.
    private static let chunk: Double = 8 * 1024 * 1024

    /// What the budget has room for, in the same order, and what it has not.
    func fit(_ wanted: [PlannedWork]) -> (work: [PlannedWork], left: [WorkLeft]) {
        var room = Room(budget)
        var work: [PlannedWork] = []
        var left: [WorkLeft] = []
        for next in wanted {
            guard let lack = room.lack(for: next) else {
                room.take(next)
                work.append(next)
                continue
            }
            if let part = part(of: next, in: room) {
                room.take(part)
                work.append(part)
            }
            left.append(WorkLeft(work: next, lack: lack))
        }
        return (work, left)
    }

    /// As much of a verification as there is room for; the next sweep goes on from there.
    ///
    /// A first look at contents would start again, so it waits for a sweep that has room for all of it; one that no sweep has
    /// room for was not wanted.
    private func part(of work: PlannedWork, in room: Room) -> PlannedWork? {
        guard work.kind == .verify, work.reason != .ahead, !work.decodes else { return nil }
        let speed = budget.limited(speed.hashing)
        let chunks = (min(room.bytes, room.seconds * speed) / Self.chunk).rounded(.down)
        guard chunks >= 1 else { return nil }
        var part = work
        part.bytes = min(work.bytes, UInt64(chunks * Self.chunk))
        part.seconds = UInt64((Double(part.bytes) / speed).rounded(.down))
        part.isPartial = true
        return part
    }
}
