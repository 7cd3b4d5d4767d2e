// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc
import Synchronization

/// What all writers of a restore have come to: the first failure, and how much was written in how long.
final class WriteStatus: Sendable {
    private let first = Mutex<RestoreError?>(nil)
    private let hasFailed = Atomic(false)
    private let bytes = Atomic<UInt64>(0)
    private let nanoseconds = Atomic<UInt64>(0)
    private let left = Atomic(0)

    var failure: RestoreError? {
        hasFailed.load(ordering: .acquiring) ? first.withLock { $0 } : nil
    }

    var bytesWritten: UInt64 { bytes.load(ordering: .relaxed) }

    /// Seconds spent in writing, summed over all threads.
    var seconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }

    /// How many files were there already, with every byte as it should be.
    var filesAsLeft: Int { left.load(ordering: .relaxed) }

    func countFileAsLeft() { left.wrappingAdd(1, ordering: .relaxed) }

    func fail(_ error: RestoreError) {
        first.withLock { $0 = $0 ?? error }
        hasFailed.store(true, ordering: .releasing)
    }

    func count(_ written: Int, since start: ContinuousClock.Instant) {
        bytes.wrappingAdd(UInt64(written), ordering: .relaxed)
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        nanoseconds.wrappingAdd(
            UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000), ordering: .relaxed)
    }
}
