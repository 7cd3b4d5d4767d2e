// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ObjectStore

@Suite struct XMLTokensTests {
    private func tokens(_ document: [UInt8]) throws(XMLFault) -> [XMLTokens.Token] {
        var reader = try XMLTokens(document)
        var all: [XMLTokens.Token] = []
        while let token = try reader.next() { all.append(token) }
        return all
    }

    private func tokens(_ text: String) throws(XMLFault) -> [XMLTokens.Token] { try tokens(Array(text.utf8)) }

    @Test func `a document is taken apart in order`() throws {
        let found = try tokens(
            "<?xml version='1.0' encoding=\"UTF-8\"?>\n<s:a x='1>2'><b>t&amp;u</b><c/></s:a >\n")
        #expect(
            found == [
                .start("a"), .start("b"), .text(Array("t&u".utf8)), .end("b"), .start("c"), .end("c"),
                .end("a"),
            ])
    }

    @Test func `the five entities and numbers are known`() throws {
        let found = try tokens("<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F418;</a>")
        #expect(found[1] == .text(Array("&<>\"'AB\u{1F418}".utf8)))
    }

    @Test func `a UTF-8 byte order mark is no harm`() throws {
        #expect(try tokens([0xEF, 0xBB, 0xBF] + Array("<a/>".utf8)) == [.start("a"), .end("a")])
    }

    @Test(arguments: [
        "", "   ", "text", "<", "<a", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "</a>", "<a><b></a></b>",
        "< a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a>&lol;</a>", "<a><!-- x --></a>",
        "<a><![CDATA[x]]></a>",
        "<?xml version='1.0'?><?php x?><a/>", "<a><?x?></a>", "<a>&#0;</a>", "<a>&#x0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>", "<a>&#99999999999999999999;</a>", "<a>&#-5;</a>", "<a>&#+5;</a>", "<a>&amp</a>",
        "<a>&</a>",
        "<a>\u{1}</a>", "<a b='<'/>", "<a <b/>", "<?xml version='1.0' encoding='UTF-16'?><a/>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "<?xml version='1.0' encoding='UTF-7'?><a/>",
        "<?xml",
        "<a><é/></a>",
    ])
    func `a document outside the dialect is refused`(_ text: String) {
        #expect(throws: XMLFault.self) { try tokens(text) }
    }

    @Test(
        arguments: [
            [0xFE, 0xFF, 0, 0x3C], [0xFF, 0xFE, 0x3C, 0], [0x3C, 0, 0x61, 0], [0, 0, 0, 0x3C],
            Array("<a>".utf8) + [0xC3, 0x28] + Array("</a>".utf8),
            Array("<a>".utf8) + [0xFF] + Array("</a>".utf8),
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(_ document: [UInt8]) {
        #expect(throws: XMLFault.self) { try tokens(document) }
    }

    @Test func `every truncation of a document is refused`() {
        let document = Array("<?xml version='1.0'?><a x='y'><b>t&lt;</b><c/></a>".utf8)
        for count in 0..<document.count {
            #expect(throws: XMLFault.self, "cut at \(count)") { try tokens(Array(document.prefix(count))) }
        }
    }

    @Test func `a million nested tags are refused at the seventeenth`() {
        let bomb = Array(String(repeating: "<a>", count: 1_000_000).utf8)
        #expect(throws: XMLFault(reason: "tags are nested more than 16 deep")) { try tokens(bomb) }
    }

    @Test func `a huge text is refused at its limit`() {
        let bomb = Array("<a>".utf8) + [UInt8](repeating: 0x41, count: 2_000_000) + Array("</a>".utf8)
        #expect(throws: XMLFault(reason: "a text is longer than 65536 bytes")) { try tokens(bomb) }
    }

    @Test func `too many tags are refused`() throws {
        var limits = XMLTokens.Limits()
        limits.tags = 100
        var reader = try XMLTokens(
            Array(("<a>" + String(repeating: "<b/>", count: 200) + "</a>").utf8), limits: limits)
        #expect(throws: XMLFault(reason: "more than 100 tags")) {
            while try reader.next() != nil {}
        }
    }

    @Test func `no damage of one byte makes it trap`() {
        let document = Array("<?xml version='1.0'?><a x='y'><b>t&#x41;u</b><c/></a>".utf8)
        var accepted = 0
        for index in document.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = document
                damaged[index] = byte
                if (try? tokens(damaged)) != nil { accepted += 1 }
            }
        }
        #expect(accepted > document.count)
    }
}
