// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct SHA256Tests {
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func `a message of FIPS 180 has the digest given there`(message: String, digest: String) {
        #expect(SHA256.digest(of: Array(message.utf8)).hex == digest)
    }

    @Test func `a message cut anywhere has one digest`() {
        var noise = Noise(seed: 1)
        let message = noise.bytes(300)
        let expected = SHA256.digest(of: message)
        for cut in 0...message.count {
            var hash = SHA256()
            hash.update(message.span.bytes.extracting(first: cut))
            #expect(hash.count == UInt64(cut))
            hash.update(message.span.bytes.extracting(droppingFirst: cut))
            #expect(hash.finalized() == expected, "cut at \(cut)")
        }
    }

    @Test func `a digest taken half-way does not disturb the rest`() {
        let message = Array("abcdef".utf8)
        var hash = SHA256()
        hash.update(message.span.bytes.extracting(first: 3))
        #expect(hash.finalized() == SHA256.digest(of: Array("abc".utf8)))
        hash.update(message.span.bytes.extracting(last: 3))
        #expect(hash.finalized() == SHA256.digest(of: message))
    }

    @Test func `hashing goes on from every midstate to the digest of the whole`() {
        var noise = Noise(seed: 2)
        let message = noise.bytes(5000)
        let expected = SHA256.digest(of: message)
        var front = SHA256()
        var states: [UInt8] = []
        for offset in stride(from: 0, to: message.count, by: SHA256.blockSize) {
            front.appendMidstate(to: &states)
            #expect(states.suffix(SHA256.midstateSize).elementsEqual(front.midstate()))
            var rest = SHA256(resuming: states.suffix(SHA256.midstateSize), at: UInt64(offset))
            #expect(rest.count == UInt64(offset))
            rest.update(message.span.bytes.extracting(droppingFirst: offset))
            #expect(rest.finalized() == expected, "from \(offset)")
            let block = offset..<min(offset + SHA256.blockSize, message.count)
            front.update(message.span.bytes.extracting(block))
        }
    }

    @Test func `the first midstate is the initial value of FIPS 180, big-endian`() {
        let initial = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19"
        #expect(Hex.encode(SHA256().midstate()) == initial)
    }

    @Test func `the count outgrows 32 bits of bits and of bytes`() {
        let state = SHA256().midstate()
        for offset: UInt64 in [1 << 29, 1 << 32, 5 << 40] {
            var hash = SHA256(resuming: state, at: offset)
            hash.update([UInt8](repeating: 0, count: 3).span.bytes)
            #expect(hash.count == offset + 3)
        }
    }

    @Test func `a midstate does not exist inside a block`() async {
        await #expect(processExitsWith: .failure) {
            var hash = SHA256()
            hash.update([UInt8](repeating: 0, count: 1).span.bytes)
            _ = hash.midstate()
        }
    }
}

@Suite struct SHA256DigestTests {
    @Test func `a digest is read from digits of either case and written in lower case`() throws {
        let hex = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        let digest = try #require(SHA256Digest(hex: hex))
        #expect(SHA256Digest(hex: hex.uppercased()) == digest)
        #expect(digest.hex == hex)
        #expect(digest.description == hex)
        #expect(Hex.encode(digest.bytes) == hex)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
    }

    @Test(arguments: [
        "", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "0", count: 63) + "g", " " + String(repeating: "0", count: 63),
        String(repeating: "0", count: 62) + "é", String(repeating: "é", count: 64),
        "0x" + String(repeating: "0", count: 62),
    ])
    func `what is not 64 hexadecimal digits is no digest`(text: String) {
        #expect(SHA256Digest(hex: text) == nil)
    }

    @Test func `digests that differ in one bit anywhere are different`() {
        var seen: Set<SHA256Digest> = []
        for bit in 0..<256 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[bit / 8] = 1 << UInt8(bit % 8)
            if let digest = SHA256Digest(bytes: bytes) { seen.insert(digest) }
        }
        #expect(seen.count == 256)
    }
}
