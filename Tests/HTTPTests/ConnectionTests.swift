// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import TestKit
import Testing

@Suite struct ConnectionTests {
    let client = HTTPClient(HTTPClient.Options(connectTimeout: 5))

    @Test func `requests one after the other share a connection`() throws {
        let server = try ScriptedServer.start { _ in .ok(sample(1000)) }
        for _ in 1...20 { #expect(client.fetch(server).error == nil) }
        #expect(server.requests.count == 20)
        #expect(server.connections == 1)
    }

    @Test func `a fresh connection is new and is not used again`() throws {
        let server = try ScriptedServer.start { _ in .ok(sample(1000)) }
        let request = HTTPRequest(url: server.baseURL)
        for fresh in [false, true, true, false] { _ = client.fetch(request, onFreshConnection: fresh) }
        let used = server.requests.map(\.connection)
        #expect(used.count == 4)
        #expect(Set(used.prefix(3)).count == 3)
        #expect(!used[1...2].contains(try #require(used.last)))
    }

    @Test func `a kept connection that the server ended is replaced without an error`() throws {
        let server = try ScriptedServer.start { _ in .ok(sample(10)).cut(after: 10) }
        for _ in 1...10 { #expect(client.fetch(server).error == nil) }
        #expect(server.connections == 10)
    }

    @Test func `bytes after the end of a body reach nobody`() throws {
        let server = try ScriptedServer.start { request in
            .raw(
                .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\(request.number)23more".utf8)[...])
            )
        }
        for number in 1...3 {
            let fetched = client.fetch(server)
            #expect(fetched.error == nil)
            #expect(fetched.body == Array("\(number)23".utf8))
        }
    }

    @Test func `a port where nobody listens is a transient connect error`() throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        server.stop()
        // The socket is closed by the thread that accepts, which may take a moment.
        var error: HTTPError?
        repeat {
            error = client.fetch(server, "/?X-Amz-Signature=SECRET").error
        } while error?.kind != .connect
        let refused = try #require(error)
        #expect(refused.isTransient)
        #expect(refused.exitStatus == .inconclusive)
        #expect(refused.message.hasPrefix("'127.0.0.1:\(server.port)': "))
        #expect(!refused.message.contains("SECRET"))
    }

    @Test func `a name that does not exist is a resolve error`() throws {
        let error = try #require(client.fetch(HTTPRequest(url: "http://no-such-host.invalid/")).error)
        #expect(error.kind == .resolve)
        #expect(error.isTransient)
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1/", "", "http://",
        "http://user:password@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/a\r\nX: y",
    ])
    func `a URL that is not plain http or https is refused`(url: String) throws {
        let error = try #require(client.fetch(HTTPRequest(url: url)).error)
        #expect(error.kind == .configuration)
        #expect(!error.isTransient)
        #expect(!error.message.contains("password"))
    }

    @Test(arguments: [("X-A", "b\r\nX-C: d"), ("X-A", "b\0c"), ("X A", "b"), ("X-A:", "b"), ("", "b")])
    func `a header that would become two is refused`(name: String, value: String) throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        let request = HTTPRequest(url: server.baseURL, headers: [(name, value)])
        #expect(try #require(client.fetch(request).error).kind == .configuration)
        #expect(server.connections == 0)
    }

    @Test func `a CA file that is not there is a configuration error`() throws {
        let client = HTTPClient(HTTPClient.Options(caFile: "/nonexistent/ca.pem"))
        let server = try ScriptedServer.start { _ in .ok([]) }
        let error = try #require(client.fetch(HTTPRequest(url: "https://127.0.0.1:\(server.port)/")).error)
        #expect(error.kind == .configuration)
    }

    @Test func `a server that does not speak TLS is a TLS error`() throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        let request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        let stop = Cancellation()
        let client = HTTPClient(HTTPClient.Options(connectTimeout: 1, cancellation: stop))
        // A server that waits for an HTTP head never answers the handshake.
        #expect(try #require(client.fetch(request).error).kind == .connect)
    }
}
