// SPDX-License-Identifier: Apache-2.0
import StoreLending
import Threads

/// Two ends of a channel within this process, each of which holds few bytes that nobody has read.
final class PipeChannel: ClosableChannel {
    private final class Direction: Sendable {
        private let state = Monitor<(bytes: [UInt8], isEnded: Bool)>(([], false))
        private static let room = 64 << 10

        func put(_ bytes: [UInt8]) -> Bool {
            let isTaken = state.wait { state -> Bool? in
                if state.isEnded { return false }
                guard state.bytes.count < Self.room else { return nil }
                state.bytes += bytes
                return true
            }
            // Who waits looks again.
            state.withState { _ in }
            return isTaken
        }

        func take(_ limit: Int) -> [UInt8] {
            let bytes = state.wait { state -> [UInt8]? in
                guard !state.bytes.isEmpty else { return state.isEnded ? [] : nil }
                defer { state.bytes.removeFirst(min(limit, state.bytes.count)) }
                return Array(state.bytes.prefix(limit))
            }
            state.withState { _ in }
            return bytes
        }

        func end() { state.withState { $0.isEnded = true } }
    }

    private let input: Direction
    private let output: Direction

    private init(_ input: Direction, _ output: Direction) { (self.input, self.output) = (input, output) }

    static func pair() -> (PipeChannel, PipeChannel) {
        let (one, other) = (Direction(), Direction())
        return (PipeChannel(one, other), PipeChannel(other, one))
    }

    func read(upTo limit: Int) throws(ChannelFault) -> [UInt8] { input.take(limit) }

    func write(_ bytes: RawSpan) throws(ChannelFault) {
        var rest = bytes
        while rest.byteCount > 0 {
            let piece = rest.extracting(first: min(rest.byteCount, 10_007))
            rest = rest.extracting(droppingFirst: piece.byteCount)
            guard output.put(piece.withUnsafeBytes { Array($0) }) else { throw ChannelFault("ended") }
        }
    }

    func end() {
        input.end()
        output.end()
    }
}
