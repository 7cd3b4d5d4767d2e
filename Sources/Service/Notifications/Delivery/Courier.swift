// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// Takes messages to their channels: each channel's in order, and later what it does not take now.
///
/// A channel that is dead holds up no other, and nothing that is said about a backup depends on any of them. Blocks;
/// called from one thread at a time, which is not one of those that tasks share.
public struct Courier: Sendable {
    private let outbox: any Outbox
    private let channels: [any Channel]
    private let clock: WallClock
    private let patience: DeliveryPatience

    /// Each of `channels` has a name of its own, under which the outbox keeps what waits for it.
    public init(
        _ outbox: any Outbox, channels: [any Channel], clock: WallClock = .system,
        patience: DeliveryPatience = DeliveryPatience()
    ) {
        (self.outbox, self.channels, self.clock, self.patience) = (outbox, channels, clock, patience)
    }

    /// Keeps a message for every channel that wants to be told; sends nothing yet.
    ///
    /// When this returns, it survives a power failure as far as the outbox does.
    public func post(_ message: Message) throws {
        for channel in channels where channel.occasions.contains(message.occasion) {
            try outbox.keep(message, for: channel.name)
        }
    }

    /// Tries what is due, until each channel has taken all that waits for it or has failed once.
    ///
    /// Returns when the next attempt is due: nil when nothing waits. Only a failing outbox is an error.
    @discardableResult
    public func deliver(cancellation: Cancellation = Cancellation()) throws -> Timestamp? {
        try channels.compactMap { try deliver(over: $0, cancellation) }.min()
    }

    /// How each channel stands, in their order.
    public func standings() throws -> [ChannelStatus] {
        try outbox.standings(of: channels.map(\.name))
    }

    /// Sends a message at once over every channel, whatever it wants, and keeps nothing: `notify test`.
    public func test() -> [(channel: String, failure: DeliveryError?)] {
        sendAtOnce(Message(testAt: clock.now), over: channels)
    }

    /// Sends a message at once over every channel that wants to be told, and keeps nothing: for when nothing can be kept.
    public func sendAtOnce(_ message: Message) -> [(channel: String, failure: DeliveryError?)] {
        sendAtOnce(message, over: channels.filter { $0.occasions.contains(message.occasion) })
    }

    private func sendAtOnce(
        _ message: Message, over channels: [any Channel]
    ) -> [(channel: String, failure: DeliveryError?)] {
        channels.map { channel in
            do throws(DeliveryError) {
                try channel.deliver(message)
                return (channel.name, nil)
            } catch {
                return (channel.name, error)
            }
        }
    }

    private func deliver(over channel: any Channel, _ cancellation: Cancellation) throws -> Timestamp? {
        while let waiting = try outbox.next(for: channel.name) {
            if let time = waiting.notBefore, isAhead(time) { return time }
            if cancellation.isRequested { return clock.now }
            do throws(DeliveryError) { try channel.deliver(waiting.message) } catch {
                guard let time = try postpone(waiting, error) else { continue }
                return time
            }
            try outbox.end(waiting.id, .delivered, at: clock.now)
        }
        return nil
    }

    /// Whether it is in the future; further than any pause leads to is the work of a clock that was wrong.
    private func isAhead(_ time: Timestamp) -> Bool {
        let pause = Double(time.seconds(since: clock.now))
        return time > clock.now && pause <= patience.longestPause
    }

    /// When to try again; nil when the message is set aside.
    private func postpone(_ waiting: WaitingMessage, _ error: DeliveryError) throws -> Timestamp? {
        if error.isRefusal, waiting.refusals + 1 >= patience.refusals {
            try outbox.end(waiting.id, .givenUp, at: clock.now)
            return nil
        }
        let pause = patience.pause(after: waiting.attempts + 1)
        let time = clock.now.advanced(byNanoseconds: Int64(pause * 1e9))
        try outbox.postpone(
            waiting.id,
            WaitingMessage.Failure(reason: error.message, isRefusal: error.isRefusal, notBefore: time))
        return time
    }
}
