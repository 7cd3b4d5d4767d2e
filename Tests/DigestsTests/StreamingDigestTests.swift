// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct StreamingDigestTests {
    @Test(
        arguments: [
            (DigestAlgorithm.sha224, "", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"),
            (.sha224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha384, "",
                "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743"
                    + "4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"
            ),
            (
                .sha384, "abc",
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
                    + "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (
                .sha512, "",
                "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                    + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
            ),
            (
                .sha512, "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
            (.crc32c, "", "00000000"),
            (.crc32c, "123456789", "839206e3"),
            (.none, "abc", ""),
        ])
    func `a message has the checksum its standard gives`(
        algorithm: DigestAlgorithm, message: String, expected: String
    ) {
        var digest = StreamingDigest(algorithm)
        let bytes = Array(message.utf8)
        digest.update(bytes.span.bytes)
        #expect(Hex.encode(digest.finalized()) == expected)
        #expect(digest.finalized().count == algorithm.byteCount)
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func `a message cut anywhere has one checksum`(algorithm: DigestAlgorithm) {
        var noise = Noise(seed: 5)
        let message = noise.bytes(300)
        var whole = StreamingDigest(algorithm)
        whole.update(message.span.bytes)
        for cut in 0...message.count {
            var pieces = StreamingDigest(algorithm)
            pieces.update(message.span.bytes.extracting(first: cut))
            _ = pieces.finalized()
            pieces.update(message.span.bytes.extracting(droppingFirst: cut))
            #expect(pieces.finalized() == whole.finalized(), "cut at \(cut)")
        }
    }
}

@Suite struct CRC32CTests {
    // The messages of 32 bytes are those of RFC 3720, appendix B.4.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            (Array((0..<32).reversed()), 0x113F_DB5C),
        ] as [([UInt8], UInt32)])
    func `a known message has its known checksum`(message: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(of: message).value == expected)
    }

    @Test func `a manifest spells the least significant byte first`() {
        #expect(CRC32C.checksum(of: Array("123456789".utf8)).bytes == [0x83, 0x92, 0x06, 0xE3])
    }
}
