// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Synchronization

/// Somebody who watches a verification; called from its threads.
public protocol VerificationObserver: Sendable {
    func backupStarted(_ meter: BackupMeter)
    /// The verdict is in the history already when this is called.
    func backupFinished(_ report: BackupReport)
}

/// How far the verification of one backup has come.
public final class BackupMeter: Sendable {
    public let label: String
    public let bytes: UInt64
    private let count = Atomic<UInt64>(0)
    private let asked = Atomic<Int>(0)
    private let answered = Atomic<Int>(0)

    init(label: String, bytes: UInt64) { (self.label, self.bytes) = (label, bytes) }

    /// Bytes that need no more reading, second readings not counted twice.
    public var done: UInt64 { min(count.load(ordering: .relaxed), bytes) }

    /// How many objects that were not listed are asked for by name in the end, and how many answers have come.
    public var absentees: (asked: Int, answered: Int) {
        (asked.load(ordering: .relaxed), answered.load(ordering: .relaxed))
    }

    func advance(by bytes: UInt64) { count.wrappingAdd(bytes, ordering: .relaxed) }

    func ask(for absentees: Int) { asked.wrappingAdd(absentees, ordering: .relaxed) }

    func answer() { answered.wrappingAdd(1, ordering: .relaxed) }
}
