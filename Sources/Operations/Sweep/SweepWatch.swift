// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import Synchronization
import Threads

/// Stops the work of a sweep when its window is over or its bytes are read.
///
/// What is under way stops at the next boundary of a chunk, and the next sweep goes on there.
final class SweepWatch: Sendable {
    /// Of all that the sweep does; within that of its operation.
    let cancellation: Cancellation
    private let outer: Cancellation
    private let clock: WallClock
    private let windowEnds: Timestamp?
    private let bytesAllowed: UInt64?
    private let state = Mutex(State())

    private struct State {
        var running: [BackupMeter] = []
        var doneBytes: UInt64 = 0
        var reason: SweepEnd.Reason?
    }

    init(windowEnds: Timestamp?, bytesAllowed: UInt64?, clock: WallClock, within outer: Cancellation) {
        cancellation = Cancellation(within: outer)
        (self.outer, self.clock) = (outer, clock)
        (self.windowEnds, self.bytesAllowed) = (windowEnds, bytesAllowed)
    }

    /// Why nothing more is to be read; nil while it may go on.
    var reason: SweepEnd.Reason? {
        if outer.isRequested { return .interrupted }
        return state.withLock { $0.reason }
    }

    /// Looks a few times a second while `body` runs.
    func whileLooking<Result>(_ body: () throws -> Result) rethrows -> Result {
        let isOver = Monitor(false)
        let thread = WorkerThread.start { [self] in
            while !isOver.withState({ $0 }), reason == nil {
                look()
                usleep(Self.microsecondsBetweenLooks)
            }
        }
        defer {
            isOver.withState { $0 = true }
            thread?.join()
        }
        return try body()
    }

    /// Asks clock and meters, and stops the work where the one is over or the others are full.
    func look() {
        let reason: SweepEnd.Reason? =
            if let windowEnds, clock.now >= windowEnds { .window } else if isSpent { .budget } else { nil }
        guard let reason else { return }
        state.withLock { if $0.reason == nil { $0.reason = reason } }
        cancellation.request()
    }

    /// Read so far.
    var bytesRead: UInt64 {
        state.withLock { state in state.running.reduce(state.doneBytes) { $0.addingClamped($1.read) } }
    }

    private var isSpent: Bool { bytesAllowed.map { bytesRead >= $0 } ?? false }

    private static let microsecondsBetweenLooks: UInt32 = 10_000
}

extension SweepWatch: VerificationObserver {
    func backupStarted(_ meter: BackupMeter) { state.withLock { $0.running.append(meter) } }

    func backupFinished(_ report: BackupReport) {
        state.withLock { state in
            state.running.removeAll { $0.label == report.label }
            state.doneBytes = state.doneBytes.addingClamped(report.bytesRead)
        }
    }

}
