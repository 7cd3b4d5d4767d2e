// SPDX-License-Identifier: Apache-2.0
import Digests
import Testing

@Suite struct HexTests {
    @Test func `every byte is written as two digits and read back`() {
        let digits = Array("0123456789abcdef")
        for byte in UInt8.min...UInt8.max {
            let text = String([digits[Int(byte) / 16], digits[Int(byte) % 16]])
            #expect(Hex.encode([byte]) == text)
            #expect(Hex.decode(text) == [byte])
            #expect(Hex.decode(text.uppercased()) == [byte])
        }
    }

    @Test(arguments: [([], ""), ([0], "00"), ([0xde, 0xad, 0xbe, 0xef], "deadbeef")] as [([UInt8], String)])
    func `bytes are written in their order`(bytes: [UInt8], text: String) {
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.decode(text) == bytes)
    }

    @Test(arguments: ["0", "000", "0g", "g0", " 00", "0x00", "00\n", "é", "٣٣", "/0", ":0", "@0", "`0", "G0"])
    func `what is not pairs of digits is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
