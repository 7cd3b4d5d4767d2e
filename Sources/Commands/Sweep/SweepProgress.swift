// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Planning
import Synchronization

/// Watches a sweep: one line that says how far it is, and one for each thing that is done.
final class SweepProgress: SweepObserver {
    private let terminal: Terminal
    private let total: UInt64
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    private struct State {
        var what = ""
        var planned: UInt64 = 0
        var meter: @Sendable () -> UInt64 = { 0 }
        var doneBytes: UInt64 = 0
    }

    init(_ terminal: Terminal, total: UInt64) { (self.terminal, self.total) = (terminal, total) }

    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64) {
        let verb = work.kind == .trial ? "trial of" : "reading"
        state.withLock {
            $0.what = "\(index) of \(count): \(verb) \(work.backup.store) \(work.backup.label)"
            ($0.planned, $0.meter) = (work.bytes, meter)
        }
    }

    func finished(_ work: SweptWork, of store: String) {
        state.withLock {
            $0.doneBytes = $0.doneBytes.addingClamped($0.planned)
            ($0.planned, $0.meter) = (0, { 0 })
        }
        terminal.say(line(work, store))
    }

    private func line(_ work: SweptWork, _ store: String) -> String {
        let outcome =
            work.isCutOff && work.exitStatus == 0
            ? "goes on next time"
            : work.kind == .trial
                ? (work.exitStatus == 0
                    ? work.reached?.rawValue ?? "passed"
                    : work.exitStatus == ExitStatus.trialFailed.rawValue ? "trial failed" : "not tried")
                : work.verdict?.rawValue ?? "not read"
        let words = work.words.map { ": \(shown($0))" } ?? ""
        let rate = Units.rate(work.bytesRead, seconds: work.seconds)
        return
            "  \(store) \(work.label)  \(work.exitStatus == 0 ? outcome : outcome.uppercased())  \(Units.bytes(work.bytesRead))  \(Units.duration(work.seconds))  \(rate)\(words)"
    }

    var line: String {
        let (what, done) = state.withLock {
            ($0.what, $0.doneBytes.addingClamped(min($0.planned, $0.meter())))
        }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        return Advance.line([what] + Advance(done: done, total: total, elapsed: elapsed).parts)
    }
}
