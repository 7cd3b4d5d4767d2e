// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Synchronization
import Verifier

/// Watches a verification and says on the terminal how far it is.
///
/// Its thread redraws the line a few times a second; the threads that read never wait for it.
final class ProgressLine: VerificationObserver {
    private let terminal: Terminal
    private let totalBytes: UInt64
    private let finished: @Sendable (BackupReport) -> Void
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    private struct State {
        var running: [BackupMeter] = []
        var doneBytes: UInt64 = 0
        var isOver = false
    }

    init(_ terminal: Terminal, totalBytes: UInt64, finished: @escaping @Sendable (BackupReport) -> Void) {
        (self.terminal, self.totalBytes, self.finished) = (terminal, totalBytes, finished)
    }

    func backupStarted(_ meter: BackupMeter) {
        state.withLock { $0.running.append(meter) }
    }

    func backupFinished(_ report: BackupReport) {
        state.withLock { state in
            // What listings say of sizes may add up to anything.
            for meter in state.running where meter.label == report.label {
                state.doneBytes &+= meter.bytes
            }
            state.running.removeAll { $0.label == report.label }
        }
        finished(report)
    }

    /// Redraws the line while `body` runs, and removes it in the end.
    func whileShown<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard terminal.showsProgress else { return try body() }
        let thread = startDrawing()
        defer {
            state.withLock { $0.isOver = true }
            if let thread { pthread_join(thread, nil) }
            terminal.show(progress: "")
        }
        return try body()
    }

    private func startDrawing() -> pthread_t? {
        var thread = pthread_t()
        let line = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<ProgressLine>.fromOpaque(argument).takeRetainedValue().draw() }
                return nil
            }, line.toOpaque())
        if status != 0 { line.release() }
        return status == 0 ? thread : nil
    }

    private func draw() {
        while !state.withLock({ $0.isOver }) {
            terminal.show(progress: line)
            usleep(200_000)
        }
    }

    private var line: String {
        let (running, before) = state.withLock { ($0.running, $0.doneBytes) }
        let done = running.reduce(before) { $0 &+ $1.done }
        let backups = running.prefix(3).map { meter in
            "\(meter.label) \(meter.bytes > 0 ? Int(Double(meter.done) / Double(meter.bytes) * 100) : 100) %"
        }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let elapsed = Double(seconds) + Double(attoseconds) * 1e-18
        let total = "\(Units.bytes(done)) of \(Units.bytes(totalBytes))"
        let parts = [
            backups.joined(separator: ", "), total, Units.rate(done, seconds: elapsed), left(done, elapsed),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ·  ")
    }

    private func left(_ done: UInt64, _ elapsed: Double) -> String {
        guard done > 0, elapsed > 1, totalBytes > done else { return "" }
        return Units.duration(elapsed / Double(done) * Double(totalBytes - done)) + " left"
    }
}
