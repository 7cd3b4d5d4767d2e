// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestKit
import Testing

@Suite struct HostileHeadTests {
    let client = HTTPClient(HTTPClient.Options(stallSeconds: 5))

    @Test(arguments: [
        "Content-Length: 4\nContent-Length: 5\n\nsomeX",
        "Content-Length: 4\nTransfer-Encoding: chunked\n\n4\nsome\n0\n\n",
        "Transfer-Encoding: chunked\nContent-Length: 4\n\n4\nsome\n0\n\n",
        "Transfer-Encoding: gzip, chunked\n\n4\nsome\n0\n\n",
        "Transfer-Encoding: identity\n\nsome",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n4\nsome\n0\n\n",
        "Content-Length: 4, 4\n\nsome",
        "Content-Length: -4\n\nsome",
        "Content-Length: +4\n\nsome",
        "Content-Length: 0x4\n\nsome",
        "Content-Length:\n\nsome",
        "Content-Length: 99999999999999999999\n\nsome",
        "Content-Length : 4\n\nsome",
        "X-Folded: a\n b\nContent-Length: 4\n\nsome",
        "no colon here\nContent-Length: 4\n\nsome",
        ": no name\nContent-Length: 4\n\nsome",
        "X-Control: a\u{1}b\nContent-Length: 4\n\nsome",
    ])
    func `a head that can be read in two ways is refused before the body`(rest: String) throws {
        let server = try ScriptedServer.start { _ in .verbatim("HTTP/1.1 200 OK\n" + rest) }
        let fetched = client.fetch(server)
        #expect(fetched.error?.kind == .malformed)
        #expect(fetched.heads.isEmpty)
        #expect(fetched.body.isEmpty)
    }

    @Test func `the same length said twice is one length`() throws {
        let server = try ScriptedServer.start { _ in
            .verbatim("HTTP/1.1 200 OK\nContent-Length: 4\nContent-Length: 4\n\nsome")
        }
        #expect(client.fetch(server).body == Array("some".utf8))
    }

    @Test(arguments: [
        "garbage\n\n", "HTTP/1.1 2x0 OK\nContent-Length: 0\n\n", "HTTP/1.1 101 Up\nUpgrade: x\n\n",
        "HTTP/3.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 099 Low\nContent-Length: 0\n\n",
    ])
    func `what is not HTTP is refused`(text: String) throws {
        let server = try ScriptedServer.start { _ in .verbatim(text) }
        let fetched = client.fetch(server)
        #expect(fetched.error?.kind == .malformed)
        #expect(fetched.heads.isEmpty)
    }

    @Test(arguments: [
        "zz\nsome\n0\n\n", "-4\nsome\n0\n\n", "FFFFFFFFFFFFFFFFFF\nsome\n0\n\n", "4\nsomeX\n0\n\n",
    ])
    func `a bad chunk is refused`(chunks: String) throws {
        let server = try ScriptedServer.start { _ in
            .verbatim("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + chunks)
        }
        #expect(client.fetch(server).error?.kind == .malformed)
    }

    @Test(arguments: [
        (lines: 300, length: 10), (lines: 100, length: 1000), (lines: 1, length: 80 << 10),
        (lines: 1, length: 300 << 10), (lines: 100_000, length: 10),
    ])
    func `a flood of headers is refused`(lines: Int, length: Int) throws {
        let line = "X-Flood: \(String(repeating: "a", count: length))\n"
        let flood = "HTTP/1.1 200 OK\n" + String(repeating: line, count: lines) + "Content-Length: 0\n\n"
        let server = try ScriptedServer.start { _ in .verbatim(flood) }
        let fetched = client.fetch(server)
        let error = try #require(fetched.error)
        #expect(error.kind == .headersTooLarge)
        #expect(!error.isTransient)
        #expect(!error.message.contains("aaaa"))
        #expect(fetched.heads.isEmpty)
    }

    @Test func `a flood of informational answers is refused`() throws {
        let flood = String(repeating: "HTTP/1.1 102 Wait\n\n", count: 1000)
        let server = try ScriptedServer.start { _ in
            .verbatim(flood + "HTTP/1.1 200 OK\nContent-Length: 0\n\n")
        }
        #expect(client.fetch(server).error?.kind == .headersTooLarge)
    }

    @Test func `a flood of trailers is refused`() throws {
        let trailers = String(repeating: "X-Flood: a\n", count: 1000)
        let server = try ScriptedServer.start { _ in
            .verbatim("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nsome\n0\n\(trailers)\n")
        }
        #expect(client.fetch(server).error?.kind == .headersTooLarge)
    }

    @Test func `a head just within the limits is accepted`() throws {
        let server = try ScriptedServer.start { _ in
            .ok(Array("some".utf8), (1...200).map { ("X-\($0)", String(repeating: "a", count: 250)) })
        }
        let fetched = client.fetch(server)
        #expect(fetched.error == nil)
        #expect(fetched.head?.value("x-200")?.count == 250)
    }
}
