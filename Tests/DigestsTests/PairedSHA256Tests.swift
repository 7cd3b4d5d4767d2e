// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import Digests

@Suite struct PairedSHA256Tests {
    /// An hour: whoever waits that long has been forgotten, and `onThreads` says so.
    private static let endless: Int64 = 3_600_000_000_000

    @Test(arguments: 0..<6, [1_000_000, endless])
    func `two lanes with buffers of any size get the digests of their messages`(
        seed: Int, patience: Int64
    ) {
        let pair = PairedSHA256(patience: patience)
        let agreed = Mutex<[Int: [Bool]]>([:])
        onThreads(2) { lane in
            var noise = Noise(seed: UInt64(100 + 2 * seed + lane))
            let pool = noise.bytes(200_000)
            // The lanes end at different times, and each of them hashes several messages.
            let results = (0..<(lane == 0 ? 8 : 3 + seed)).map { _ in
                hashMessage(through: pair, lane: lane, buffers: 150, of: pool, &noise)
            }
            pair.finish(lane: lane)
            agreed.withLock { $0[lane] = results }
        }
        #expect(agreed.withLock { $0[0] } == Array(repeating: true, count: 8))
        #expect(agreed.withLock { $0[1] } == Array(repeating: true, count: 3 + seed))
        #expect(pair.meetings > 0 || patience < Self.endless || !SHA256.isInterleaved)
    }

    @Test func `lanes with time to wait hash all buffers of one size together`() {
        let pair = PairedSHA256(patience: Self.endless)
        let buffer = [UInt8](repeating: 7, count: 1 << 18)
        var reference = SHA256()
        for _ in 0..<64 { reference.update(buffer.span.bytes) }
        let digests = Mutex<[SHA256Digest]>([])
        onThreads(2) { lane in
            var hash = SHA256()
            for _ in 0..<64 { pair.update(lane: lane, &hash, buffer.span.bytes) }
            pair.finish(lane: lane)
            let digest = hash.finalized()
            digests.withLock { $0.append(digest) }
        }
        #expect(digests.withLock { $0 } == [reference.finalized(), reference.finalized()])
        #expect(pair.meetings == (SHA256.isInterleaved ? 64 : 0))
    }

    @Test func `a lane that waits is woken when the other has finished`() {
        let pair = PairedSHA256(patience: Self.endless)
        let message = [UInt8](repeating: 1, count: 100_000)
        let digest = Mutex<SHA256Digest?>(nil)
        onThreads(2) { lane in
            guard lane == 0 else { return pair.finish(lane: 1) }
            var hash = SHA256()
            for _ in 0..<100 { pair.update(lane: 0, &hash, message.span.bytes) }
            let result = hash.finalized()
            digest.withLock { $0 = result }
        }
        var reference = SHA256()
        for _ in 0..<100 { reference.update(message.span.bytes) }
        #expect(digest.withLock { $0 } == reference.finalized())
        #expect(pair.meetings == 0)
    }

    @Test func `what is left of a buffer hashed longer than the patience is not forgotten`() {
        // The sleeper's patience ends while its buffer is hashed; then the partner is gone without a word.
        let pair = PairedSHA256(patience: 4_000_000)
        let message = [UInt8](repeating: 1, count: 32 << 20)
        let expected = [message.count, message.count - (1 << 20)].map {
            StreamingDigest.sha256(of: message.span.bytes.extracting(first: $0))
        }
        let digests = Mutex<[Int: [UInt8]]>([:])
        onThreads(2) { lane in
            var hash = SHA256()
            pair.update(lane: lane, &hash, message.span.bytes.extracting(droppingLast: lane << 20))
            let digest = hash.finalized().bytes
            digests.withLock { $0[lane] = digest }
        }
        #expect(digests.withLock { $0 } == [0: expected[0], 1: expected[1]])
    }

    @Test func `a lane whose partner never comes hashes alone`() {
        let pair = PairedSHA256()
        let message = [UInt8](repeating: 1, count: 100_000)
        var hash = SHA256()
        pair.update(lane: 0, &hash, message.span.bytes)
        #expect(hash.finalized() == SHA256.digest(of: message))
        #expect(pair.meetings == 0)
    }

    @Test func `a lane that had finished may come back`() {
        let pair = PairedSHA256()
        pair.finish(lane: 0)
        pair.finish(lane: 1)
        let message = [UInt8](repeating: 1, count: 100_000)
        var hash = SHA256()
        pair.update(lane: 1, &hash, message.span.bytes)
        pair.update(lane: 1, &hash, [UInt8]().span.bytes)
        #expect(hash.finalized() == SHA256.digest(of: message))
    }

    /// Whether a message of random pieces of `pool` has the digest that libcrypto makes of them.
    private func hashMessage(
        through pair: PairedSHA256, lane: Int, buffers: Int, of pool: [UInt8], _ noise: inout Noise
    ) -> Bool {
        var hash = SHA256()
        var reference = StreamingDigest(.sha256)
        for _ in 0..<buffers {
            let start = Int.random(in: 0...pool.count, using: &noise)
            let piece = pool.span.bytes.extracting(start..<Int.random(in: start...pool.count, using: &noise))
            pair.update(lane: lane, &hash, piece)
            reference.update(piece)
        }
        return hash.finalized().bytes == reference.finalized()
    }

    /// Runs `body` with each of 0..<count on a thread of its own and waits for all.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let ended = DispatchSemaphore(value: 0)
        for index in 0..<count {
            Thread {
                body(index)
                ended.signal()
            }.start()
        }
        for _ in 0..<count {
            #expect(ended.wait(timeout: .now() + 60) == .success, "a lane still waits after a minute")
        }
    }
}

extension StreamingDigest {
    /// The SHA-256 of a whole message by libcrypto's other interface.
    fileprivate static func sha256(of bytes: RawSpan) -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        digest.update(bytes)
        return digest.finalized()
    }
}
