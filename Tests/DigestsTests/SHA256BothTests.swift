// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct SHA256BothTests {
    @Test func `two messages hashed together have the digests they have alone`() {
        var noise = Noise(seed: 3)
        for round in 0..<300 {
            let limit = round.isMultiple(of: 3) ? 200 : 5000
            let a = noise.bytes(.random(in: 0...limit, using: &noise))
            let b = noise.bytes(.random(in: 0...limit, using: &noise))
            let cutA = Int.random(in: 0...a.count, using: &noise)
            let cutB = Int.random(in: 0...b.count, using: &noise)
            var hashA = SHA256()
            var hashB = SHA256()
            SHA256.updateBoth(
                &hashA, a.span.bytes.extracting(first: cutA), &hashB, b.span.bytes.extracting(first: cutB))
            #expect(hashA.count == UInt64(cutA))
            #expect(hashB.count == UInt64(cutB))
            SHA256.updateBoth(
                &hashA, a.span.bytes.extracting(droppingFirst: cutA),
                &hashB, b.span.bytes.extracting(droppingFirst: cutB))
            #expect(hashA.finalized().bytes == reference(a), "round \(round)")
            #expect(hashB.finalized().bytes == reference(b), "round \(round)")
        }
    }

    @Test func `midstates after whole blocks are those of OpenSSL`() {
        var noise = Noise(seed: 4)
        let a = noise.bytes(64 * 33)
        let b = noise.bytes(64 * 33)
        var together = SHA256()
        var other = SHA256()
        SHA256.updateBoth(&together, a.span.bytes, &other, b.span.bytes)
        var aloneA = SHA256()
        aloneA.update(a.span.bytes)
        var aloneB = SHA256()
        aloneB.update(b.span.bytes)
        #expect(together.midstate() == aloneA.midstate())
        #expect(other.midstate() == aloneB.midstate())
        #expect(together.count == aloneA.count)
    }

    /// The digest by libcrypto's other interface, which shares no code of ours with `SHA256`.
    private func reference(_ bytes: [UInt8]) -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        digest.update(bytes.span.bytes)
        return digest.finalized()
    }
}
