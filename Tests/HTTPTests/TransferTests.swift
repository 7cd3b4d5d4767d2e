// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import HTTP
import Synchronization
import TestKit
import Testing

@Suite struct TransferTests {
    let client = HTTPClient(HTTPClient.Options())

    @Test(arguments: [0, 1, 16_384, 16_385, 3_000_000])
    func `a body arrives whole and in order`(size: Int) throws {
        let body = sample(size)
        let server = try ScriptedServer.start { _ in
            .ok(body, [("ETag", "\"x\""), ("X-Twice", "a"), ("x-twice", "b")])
        }
        let fetched = client.fetch(server)
        #expect(fetched.error == nil)
        #expect(fetched.body == body)
        #expect(fetched.heads.count == 1)
        let head = try #require(fetched.head)
        #expect(head.status == 200)
        #expect(head.contentLength == UInt64(size))
        #expect(head.value("etag") == "\"x\"")
        #expect(head.value("X-TWICE") == "b")
        #expect(head.values("x-Twice") == ["a", "b"])
        #expect(head.value("absent") == nil)
    }

    @Test func `a request is sent as it was written`() throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        let target = "/b/../a//./%2e%2F+%20?x-id=1&b=%2B"
        let request = HTTPRequest(
            .put, url: server.baseURL + target,
            headers: [("X-Amz-Date", "20261102T030000Z"), ("X-Empty", "")],
            body: Array("text".utf8))
        #expect(client.fetch(request).error == nil)
        let seen = try #require(server.requests.first)
        #expect(seen.method == "PUT")
        #expect(seen.target == target)
        #expect(seen.body == Array("text".utf8))
        #expect(seen.header("x-amz-date") == "20261102T030000Z")
        #expect(seen.header("x-empty") == "")
        #expect(seen.header("accept-encoding") == "identity")
        #expect(seen.header("host") == "127.0.0.1:\(server.port)")
        #expect(seen.header("user-agent") == "pg_backctl")
        #expect(seen.header("expect") == nil)
        #expect(seen.header("content-type") == nil)
    }

    @Test(arguments: [(HTTPMethod.get, 0), (.head, 0), (.post, 0), (.post, 2_000_000), (.put, 0)])
    func `every method works, with a body and without`(method: HTTPMethod, size: Int) throws {
        let server = try ScriptedServer.start { _ in .ok(Array("answer".utf8)) }
        let request = HTTPRequest(method, url: server.baseURL, body: sample(size))
        for _ in 1...2 {
            let fetched = client.fetch(request)
            #expect(fetched.error == nil)
            #expect(fetched.head?.contentLength == 6)
            #expect(fetched.body == (method == .head ? [] : Array("answer".utf8)))
        }
        #expect(server.requests.map(\.method) == [method.rawValue, method.rawValue])
        #expect(server.requests.allSatisfy { $0.body.count == size && $0.header("expect") == nil })
        #expect(server.connections == 1)
    }

    @Test func `a receiver's error ends the transfer and comes back unchanged`() throws {
        struct Enough: Error, Equatable { var after: Int }
        let server = try ScriptedServer.start { _ in .ok(sample(1_000_000)) }
        var seen = 0
        #expect(
            performing: {
                try client.perform(
                    HTTPRequest(url: server.baseURL), onHead: { _ throws(Enough) in },
                    onBody: { bytes throws(Enough) in
                        seen += bytes.byteCount
                        throw Enough(after: seen)
                    })
            },
            throws: { error in
                guard case .receiver(let error)? = error as? TransferError<Enough> else { return false }
                return error == Enough(after: seen) && seen < 1_000_000
            })
        #expect(
            performing: {
                try client.perform(
                    HTTPRequest(url: server.baseURL), onHead: { _ throws(Enough) in throw Enough(after: -1) },
                    onBody: { _ throws(Enough) in Issue.record("a body after a refused head") })
            },
            throws: { error in
                guard case .receiver(let error)? = error as? TransferError<Enough> else { return false }
                return error == Enough(after: -1)
            })
        #expect(client.fetch(server).body.count == 1_000_000)
    }

    @Test func `a status of any kind is an answer, not an error`() throws {
        let server = try ScriptedServer.start { request in
            .status(Int(request.path.dropFirst()) ?? 0, "text")
        }
        for status in [200, 206, 400, 403, 404, 412, 416, 429, 500, 503] {
            let fetched = client.fetch(server, "/\(status)")
            #expect(fetched.error == nil)
            #expect(fetched.head?.status == status)
            #expect(fetched.body == Array("text".utf8))
        }
    }

    @Test(arguments: ["http://127.0.0.1:1/", "file:///etc/passwd", "ftp://localhost/", "/"])
    func `a redirect is handed over, not followed`(target: String) throws {
        let server = try ScriptedServer.start { _ in .status(307, "", [("Location", target)]) }
        let fetched = client.fetch(server)
        #expect(fetched.head?.status == 307)
        #expect(server.requests.count == 1)
    }

    @Test func `a content encoding is left on`() throws {
        let body: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]
        let server = try ScriptedServer.start { _ in .ok(body, [("Content-Encoding", "gzip")]) }
        let fetched = client.fetch(server)
        #expect(fetched.error == nil)
        #expect(fetched.body == body)
    }

    @Test func `a proxy in the environment is not used`() throws {
        let proxy = try ScriptedServer.start { _ in .ok(Array("proxy".utf8)) }
        let server = try ScriptedServer.start { _ in .ok(Array("server".utf8)) }
        for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.baseURL, 1) }
        defer { for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }
        #expect(HTTPClient(HTTPClient.Options()).fetch(server).body == Array("server".utf8))
        #expect(proxy.connections == 0)
    }

    @Test func `informational answers are not handed over`() throws {
        let server = try ScriptedServer.start { _ in
            .verbatim("HTTP/1.1 103 Early\nLink: x\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok")
        }
        let fetched = client.fetch(server)
        #expect(fetched.heads.map(\.status) == [200])
        #expect(fetched.head?.value("link") == nil)
        #expect(fetched.body == Array("ok".utf8))
    }

    @Test(arguments: ["HTTP/1.0", "HTTP/1.1"])
    func `a body that the connection's end ends has no length`(version: String) throws {
        let server = try ScriptedServer.start { _ in .verbatim("\(version) 200 OK\nETag: x\n\nsome bytes") }
        let fetched = client.fetch(server)
        #expect(fetched.error == nil)
        #expect(fetched.head?.contentLength == nil)
        #expect(fetched.body == Array("some bytes".utf8))
    }

    @Test func `chunks are put together and have no length`() throws {
        let server = try ScriptedServer.start { _ in
            .verbatim(
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nsome\n6;ext=1\n bytes\n0\nTrailer: x\n\n")
        }
        let fetched = client.fetch(server)
        #expect(fetched.error == nil)
        #expect(fetched.head?.contentLength == nil)
        #expect(fetched.body == Array("some bytes".utf8))
    }
}
