// SPDX-License-Identifier: Apache-2.0

/// Bytes both ways between two processes, in order; which wire they take is nobody's business here.
///
/// Both methods block, and are called by one thread at a time each.
public protocol ByteChannel: Sendable {
    /// Waits for the next bytes, at most `limit` of them; none when the other side has ended.
    func read(upTo limit: Int) throws(ChannelFault) -> [UInt8]

    /// Returns when all of them were taken.
    func write(_ bytes: RawSpan) throws(ChannelFault)
}

/// A channel that can be ended from here.
public protocol ClosableChannel: ByteChannel {
    /// Lets go of both directions: who waits in `read` or `write` comes back, and nothing more gets through.
    func end()
}

/// Why a channel is of no use any more.
public struct ChannelFault: Error, Equatable {
    /// What happened, in words.
    public var reason: String
    /// Whether somebody had asked this process to stop.
    public var isInterruption: Bool

    /// `reason` is in words; it is no interruption unless that is told.
    public init(_ reason: String, isInterruption: Bool = false) {
        (self.reason, self.isInterruption) = (reason, isInterruption)
    }
}
