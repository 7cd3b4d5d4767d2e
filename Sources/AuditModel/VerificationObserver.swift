// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Somebody who watches a verification; called from its threads.
public protocol VerificationObserver: Sendable {
    /// A backup is about to be read; the meter goes on telling how far.
    func backupStarted(_ meter: BackupMeter)
    /// A backup was read. The verdict is in the history already when this is called.
    func backupFinished(_ report: BackupReport)
}

/// How far the verification of one backup has come.
public final class BackupMeter: Sendable {
    /// The backup's.
    public let label: String
    /// How many there are to read.
    public let bytes: UInt64
    private let count = Atomic<UInt64>(0)
    private let earlier = Atomic<UInt64>(0)
    private let asked = Atomic<Int>(0)
    private let answered = Atomic<Int>(0)

    /// Of a backup of which nothing was read yet.
    public init(label: String, bytes: UInt64) { (self.label, self.bytes) = (label, bytes) }

    /// Bytes that need no more reading, second readings not counted twice.
    public var done: UInt64 { min(count.load(ordering: .relaxed), bytes) }

    /// Bytes that this run has read, and no earlier one.
    public var read: UInt64 {
        let earlier = earlier.load(ordering: .relaxed)
        return count.load(ordering: .relaxed) - min(earlier, count.load(ordering: .relaxed))
    }

    /// How many objects that were not listed are asked for by name in the end, and how many answers have come.
    public var absentees: (asked: Int, answered: Int) {
        (asked.load(ordering: .relaxed), answered.load(ordering: .relaxed))
    }

    /// So many bytes more were read.
    public func advance(by bytes: UInt64) { count.wrappingAdd(bytes, ordering: .relaxed) }

    /// So many bytes more need no reading, for an earlier run has read them.
    public func resume(after bytes: UInt64) {
        earlier.wrappingAdd(bytes, ordering: .relaxed)
        count.wrappingAdd(bytes, ordering: .relaxed)
    }

    /// So many objects that were not listed are going to be asked for.
    public func ask(for absentees: Int) { asked.wrappingAdd(absentees, ordering: .relaxed) }

    /// One answer has come.
    public func answer() { answered.wrappingAdd(1, ordering: .relaxed) }
}
