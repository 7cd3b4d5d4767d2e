// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import TestKit
import Testing

@Suite struct BrokenTransferTests {
    static let size = 65_536
    static let cuts = [0, 1, 100, 16_383, 16_384, 16_385, 65_535]

    @Test(arguments: cuts)
    func `a body cut by the server is cut short, with the bytes before it`(count: Int) throws {
        let body = sample(Self.size)
        let server = try ScriptedServer.start { _ in .ok(body).cut(after: count) }
        let fetched = HTTPClient(HTTPClient.Options()).fetch(server)
        #expect(fetched.body == Array(body[..<count]))
        let error = try #require(fetched.error)
        #expect(error.kind == .cutShort(received: UInt64(count), expected: UInt64(Self.size)))
        #expect(error.isTransient)
        #expect(error.message == "'127.0.0.1:\(server.port)': the answer ended after \(count) of 65536 bytes")
    }

    @Test(arguments: cuts)
    func `a connection that was reset is cut short`(count: Int) throws {
        let body = sample(Self.size)
        let server = try ScriptedServer.start { _ in .ok(body).reset(after: count) }
        let fetched = HTTPClient(HTTPClient.Options()).fetch(server)
        guard case .cutShort(let received, _)? = fetched.error?.kind else {
            Issue.record("expected a cut, got \(String(describing: fetched.error))")
            return
        }
        // A reset may overtake bytes that were sent before it, head included.
        #expect(received <= UInt64(count))
        #expect(fetched.body == Array(body[..<Int(received)]))
    }

    @Test func `a connection that ends before the answer is cut short`() throws {
        let server = try ScriptedServer.start { _ in .raw(.cut) }
        let fetched = HTTPClient(HTTPClient.Options()).fetch(server)
        #expect(fetched.error?.kind == .cutShort(received: 0, expected: nil))
        #expect(fetched.heads.isEmpty)
    }

    @Test func `a chunked body without its last chunk is cut short`() throws {
        let server = try ScriptedServer.start { _ in
            .verbatim("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nsome\n")
        }
        let fetched = HTTPClient(HTTPClient.Options()).fetch(server)
        #expect(fetched.error?.kind == .cutShort(received: 4, expected: nil))
    }

    @Test(arguments: [0, 20_000])
    func `a transfer that stands still is given up`(count: Int) throws {
        let server = try ScriptedServer.start { _ in .ok(sample(Self.size)).stalled(after: count, seconds: 60)
        }
        let start = ContinuousClock.now
        let error = try #require(HTTPClient(HTTPClient.Options(stallSeconds: 1)).fetch(server).error)
        #expect(error.kind == .stalled)
        #expect(error.isTransient)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `a transfer that drips is given up`() throws {
        let server = try ScriptedServer.start { _ in .ok(sample(Self.size)).dripping(bytesPerSecond: 20) }
        let error = HTTPClient(HTTPClient.Options(stallSeconds: 1)).fetch(server).error
        #expect(error?.kind == .stalled)
    }

    @Test func `a pause shorter than the limit does no harm`() throws {
        let body = sample(Self.size)
        let server = try ScriptedServer.start { _ in .ok(body).stalled(after: 1000, seconds: 0.3) }
        #expect(HTTPClient(HTTPClient.Options()).fetch(server).body == body)
    }

    @Test(arguments: [nil, 0, 20_000] as [Int?])
    func `cancellation ends a transfer that stands still`(count: Int?) throws {
        let cancellation = Cancellation()
        let server = try ScriptedServer.start { _ in
            cancellation.request()
            guard let count else { return .raw(.stall(seconds: 60)) }
            return .ok(sample(Self.size)).stalled(after: count, seconds: 60)
        }
        let start = ContinuousClock.now
        let error = try #require(
            HTTPClient(HTTPClient.Options(cancellation: cancellation)).fetch(server).error)
        #expect(error.kind == .interrupted)
        #expect(!error.isTransient)
        #expect(error.exitStatus == .interrupted)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `nothing is sent after cancellation`() throws {
        let cancellation = Cancellation()
        cancellation.request()
        let server = try ScriptedServer.start { _ in .ok([]) }
        #expect(
            HTTPClient(HTTPClient.Options(cancellation: cancellation)).fetch(server).error?.kind
                == .interrupted)
        #expect(server.connections == 0)
    }
}
