// SPDX-License-Identifier: Apache-2.0

/// Where messages wait until their channel has taken them, each channel's in the order in which they came.
///
/// Called from one thread at a time. An error means that the memory itself failed.
public protocol Outbox: Sendable {
    /// Keeps a message for a channel, behind those that wait there.
    ///
    /// When this returns, it survives a power failure. A message that the channel had before, delivered or not,
    /// is not kept again.
    func keep(_ message: Message, for channel: String) throws

    /// The one that is next for a channel; nil when none waits.
    func next(for channel: String) throws -> WaitingMessage?

    /// Notes that the channel has taken it, or that nobody tries any more.
    ///
    /// When this returns, it is not sent again after a power failure either.
    func end(_ message: WaitingMessage.ID, _ end: WaitingMessage.End, at time: Timestamp) throws

    /// Notes an attempt that failed: it stays the next one of its channel, and waits.
    func postpone(_ message: WaitingMessage.ID, _ failure: WaitingMessage.Failure) throws

    /// How these channels stand, in this order; one without any message is there, too.
    func standings(of channels: [String]) throws -> [ChannelStatus]
}

/// A message that its channel has not taken yet.
public struct WaitingMessage: Sendable, Equatable {
    /// Which one it is in the outbox.
    public struct ID: Sendable, Hashable {
        /// The number of its row.
        public let value: Int64

        /// Of a row that the outbox has given out.
        public init(_ value: Int64) { self.value = value }
    }

    /// How it came to its end.
    public enum End: String, Sendable, CaseIterable {
        case delivered
        /// The channel refused it again and again.
        case givenUp = "given-up"
    }

    /// What came of an attempt that failed.
    public struct Failure: Sendable, Equatable {
        /// Why, without secrets.
        public var reason: String
        /// Whether the channel was there and would not have it.
        public var isRefusal: Bool
        /// Not to be tried again before then.
        public var notBefore: Timestamp

        /// `notBefore` is for whoever tries again: the outbox gives it back and does not wait.
        public init(reason: String, isRefusal: Bool, notBefore: Timestamp) {
            (self.reason, self.isRefusal, self.notBefore) = (reason, isRefusal, notBefore)
        }
    }

    /// By which the outbox is told what came of it.
    public var id: ID
    /// As it was kept: each attempt sends the same words under the same `Message.id`.
    public var message: Message
    /// How many attempts have failed.
    public var attempts: Int
    /// How many of them the channel refused.
    public var refusals: Int
    /// Not to be tried before then; nil for at once.
    public var notBefore: Timestamp?

    /// Counts begin at 0: nobody has tried to send it yet.
    public init(
        id: ID, message: Message, attempts: Int = 0, refusals: Int = 0, notBefore: Timestamp? = nil
    ) {
        (self.id, self.message) = (id, message)
        (self.attempts, self.refusals, self.notBefore) = (attempts, refusals, notBefore)
    }
}
