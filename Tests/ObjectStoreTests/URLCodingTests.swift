// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import ObjectStore

@Suite struct URLCodingTests {
    @Test(arguments: oddKeys)
    func `what is encoded decodes to the same bytes`(_ key: ObjectName) {
        for keepingSlash in [true, false] {
            let text = URLCoding.encode(key.bytes, keepingSlash: keepingSlash)
            #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            #expect(URLCoding.decodeForm(Array(text.utf8)) == key.bytes)
        }
    }

    @Test func `every byte makes the round trip`() {
        let all = Array(UInt8.min...UInt8.max)
        #expect(URLCoding.decodeForm(Array(URLCoding.encode(all, keepingSlash: false).utf8)) == all)
    }

    @Test func `dots and double slashes are kept as they are`() {
        #expect(URLCoding.encode("a//../b/./c d".utf8, keepingSlash: true) == "a//../b/./c%20d")
    }

    @Test func `a plus is a blank`() {
        #expect(URLCoding.decodeForm(Array("a+b%2Bc".utf8)) == Array("a b+c".utf8))
    }

    @Test(arguments: ["%", "%4", "%4g", "%zz", "a%", "%%41", "%+1"])
    func `a broken escape is refused`(_ text: String) {
        #expect(URLCoding.decodeForm(Array(text.utf8)) == nil)
    }
}
