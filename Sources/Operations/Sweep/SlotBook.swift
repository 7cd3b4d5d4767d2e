// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History
public import Planning

/// What became of the slots of a schedule, as the history keeps it.
public struct SlotBook: Sendable {
    private let history: HistoryDatabase
    private let clock: WallClock

    /// Throws where no history is kept: slots would be run twice.
    public init(_ memory: Memory, _ context: OperationContext) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        (self.history, clock) = (history, context.clock)
    }

    /// What is known of the slots of an entry; nothing that was due before is asked of a new one.
    public func register(of schedule: String) throws -> SlotRegister {
        guard let last = try history.lastSlot(of: schedule) else {
            return SlotRegister(settledThrough: clock.now)
        }
        let since = last.advanced(bySeconds: -Self.secondsRemembered)
        return SlotRegister(
            settledThrough: last, ran: try history.sweptSlots(of: schedule, since: since))
    }

    /// Writes down that nobody will run them.
    public func giveUp(_ slots: [GivenUpSlot]) throws {
        for slot in slots { try history.giveUp(slot) }
    }

    /// What the jitter of this machine goes by: the same on each start, and another one elsewhere.
    public static var machine: UInt64 {
        ProcessIdentity.current.host.utf8.reduce(14_695_981_039_346_656_037) { hash, byte in
            (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
    }

    private static let secondsRemembered: Int64 = 90 * 86_400
}
