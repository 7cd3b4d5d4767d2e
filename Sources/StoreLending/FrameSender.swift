// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Sends frames, each whole, from any number of threads.
final class FrameSender: Sendable {
    private let channel: any ByteChannel
    /// Held while a frame goes out; false once one went out in part.
    private let isWhole = Mutex(true)

    init(_ channel: any ByteChannel) { self.channel = channel }

    func send(_ kind: LendingFrame.Kind, _ question: UInt32, _ content: [UInt8] = []) throws(ChannelFault) {
        try send(kind, question, content.span.bytes)
    }

    func send(_ kind: LendingFrame.Kind, _ question: UInt32, _ content: RawSpan) throws(ChannelFault) {
        guard content.byteCount <= kind.limit else {
            throw ChannelFault("more was to be said than one frame holds")
        }
        let header = LendingFrame.header(kind, question, length: content.byteCount)
        try isWhole.withLock { (isWhole) throws(ChannelFault) in
            guard isWhole else { throw ChannelFault("the channel broke in the middle of a frame") }
            isWhole = false
            try channel.write(header.span.bytes)
            if content.byteCount > 0 { try channel.write(content) }
            isWhole = true
        }
    }
}
