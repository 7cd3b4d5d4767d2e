// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Synchronization

/// Watches a verification and says in one line how far it is.
final class VerifyProgress: VerificationObserver {
    private let totalBytes: UInt64
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    private struct State {
        var running: [BackupMeter] = []
        var doneBytes: UInt64 = 0
    }

    init(totalBytes: UInt64) { self.totalBytes = totalBytes }

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
    }

    /// Such as `20251027T143000 41 %  ·  9.2 GB of 22.4 GB  ·  546 MB/s  ·  24 s left`.
    var line: String {
        let (running, before) = state.withLock { ($0.running, $0.doneBytes) }
        let done = running.reduce(before) { $0 &+ $1.done }
        let backups = running.prefix(3).map { "\($0.label) \(Self.state(of: $0))" }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let advance = Advance(done: done, total: totalBytes, elapsed: elapsed)
        return Advance.line([backups.joined(separator: ", ")] + advance.parts)
    }

    /// Such as `41 %`, and in the end what became of objects that were not listed.
    private static func state(of meter: BackupMeter) -> String {
        let (asked, answered) = meter.absentees
        if answered < asked { return "asked again for \(answered) of \(asked) missing objects" }
        return "\(meter.bytes > 0 ? Int(Double(meter.done) / Double(meter.bytes) * 100) : 100) %"
    }
}
