// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestKit
import Testing

@testable import Threads

@Suite struct `A relay of bytes` {
    /// What one buffer of it holds, and what all of them hold.
    private static let buffer = 512 << 10
    private static let ring = 4 * buffer

    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
    }

    /// Sends bytes in pieces through a relay, and says what came out and in which pieces.
    private static func pieces(of bytes: [UInt8], sentBy size: Int) -> [[UInt8]] {
        let relay = Relay()
        let thread = WorkerThread.start {
            let writer = Relay.Writer(relay)
            for start in stride(from: 0, to: bytes.count, by: size) {
                writer.receive(Array(bytes[start..<min(start + size, bytes.count)]).span.bytes)
            }
            writer.end()
        }
        var pieces: [[UInt8]] = []
        relay.drain { piece in pieces.append(piece.withUnsafeBytes(Array.init)) }
        thread?.join()
        return pieces
    }

    @Test(arguments: [1, 16 << 10, 70_001, buffer, buffer + 1, 3 * buffer])
    func `hands over every byte in its order, however it came`(_ size: Int) async throws {
        let sent = Self.bytes(size == 1 ? 100_000 : Self.ring + 12_345)
        let received = try await onPlainThread { Self.pieces(of: sent, sentBy: size).flatMap { $0 } }
        #expect(received == sent)
    }

    @Test func `hands them over in pieces of one buffer, the last one shorter`() async throws {
        let sent = Self.bytes(2 * Self.buffer + 1)
        let sizes = try await onPlainThread { Self.pieces(of: sent, sentBy: 4096).map(\.count) }
        #expect(sizes == [Self.buffer, Self.buffer, 1])
    }

    @Test func `ends without a byte when there was none`() async throws {
        let received = try await onPlainThread { Self.pieces(of: [], sentBy: 1).flatMap { $0 } }
        #expect(received == [])
    }

    @Test func `ends once, however often it is told to`() {
        let relay = Relay()
        let writer = Relay.Writer(relay)
        writer.receive([UInt8]([1, 2, 3]).span.bytes)
        writer.end()
        writer.end()
        var received: [[UInt8]] = []
        relay.drain { piece in received.append(piece.withUnsafeBytes(Array.init)) }
        #expect(received == [[1, 2, 3]])
    }

    @Test func `makes the writer wait when nobody takes the bytes`() async throws {
        try await onPlainThread {
            let relay = Relay()
            let sent = Monitor(0)
            let step = 64 << 10
            let thread = WorkerThread.start {
                let writer = Relay.Writer(relay)
                for _ in 0..<(2 * Self.ring / step) {
                    writer.receive([UInt8](repeating: 7, count: step).span.bytes)
                    sent.withState { $0 += step }
                }
                writer.end()
            }
            // It goes on to the point where each buffer is full, and not beyond.
            sent.wait { $0 >= Self.ring - step ? () : nil }
            usleep(50_000)
            #expect(sent.withState { $0 } <= Self.ring)
            var received = 0
            relay.drain { received += $0.byteCount }
            thread?.join()
            #expect(received == 2 * Self.ring)
        }
    }

    @Test func `is not over before its end is told`() async throws {
        try await onPlainThread {
            let relay = Relay()
            let progress = Monitor((received: 0, isOver: false))
            let thread = WorkerThread.start {
                relay.drain { bytes in progress.withState { $0.received += bytes.byteCount } }
                progress.withState { $0.isOver = true }
            }
            let writer = Relay.Writer(relay)
            writer.receive(Self.bytes(Self.buffer).span.bytes)
            progress.wait { $0.received == Self.buffer ? () : nil }
            #expect(progress.withState { !$0.isOver })
            writer.end()
            thread?.join()
            #expect(progress.withState { $0.isOver && $0.received == Self.buffer })
        }
    }
}
