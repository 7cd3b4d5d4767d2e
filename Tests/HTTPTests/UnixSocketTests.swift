// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTP
import TestKit
import Testing

@Suite struct UnixSocketTests {
    private func client(_ place: TemporaryDirectory, stallSeconds: Int = 30) -> HTTPClient {
        HTTPClient(HTTPClient.Options(stallSeconds: stallSeconds, unixSocket: place.path("s")))
    }

    @Test(arguments: [HTTPMethod.get, .post, .delete])
    func `a request goes to the socket, not to the host of the URL`(method: HTTPMethod) async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .ok(Array("here".utf8)) }
            let fetched = client(place).fetch(HTTPRequest(method, url: "http://no-such-host.invalid/a?b=c"))
            #expect(fetched.error == nil)
            #expect(fetched.body == Array("here".utf8))
            #expect(server.requests.map(\.method) == [method.rawValue])
            #expect(server.requests.first?.target == "/a?b=c")
        }
    }

    @Test func `a socket that is not there says so`() async throws {
        try await TemporaryDirectory.with { place in
            let error = try #require(client(place).fetch(HTTPRequest(url: "http://d/")).error)
            #expect(error.kind == .connect)
            #expect(error.systemError == ENOENT)
        }
    }

    @Test func `a socket on which nobody listens any more says so`() async throws {
        try await TemporaryDirectory.with { place in
            try ScriptedServer.start(at: place.path("s")) { _ in .ok([]) }.stop()
            var error: HTTPError?
            repeat { error = client(place).fetch(HTTPRequest(url: "http://d/")).error } while error == nil
            while error?.systemError != ECONNREFUSED {
                error = client(place).fetch(HTTPRequest(url: "http://d/")).error
            }
            #expect(error?.kind == .connect)
        }
    }

    @Test func `a request may have more patience than its client`() async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in
                .ok(sample(100)).stalled(after: 10, seconds: 3)
            }
            let client = client(place, stallSeconds: 1)
            #expect(client.fetch(HTTPRequest(url: "http://d/")).error?.kind == .stalled)
            #expect(client.fetch(HTTPRequest(url: "http://d/", stallSeconds: 0)).error == nil)
            #expect(server.requests.count == 2)
        }
    }
}
