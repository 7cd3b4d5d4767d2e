// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import TestKit
import Testing

@Suite struct StreamedBodyTests {
    struct Dry: Error, Equatable {}

    /// Gives bytes in pieces of one size, and says how much was given when it ran dry.
    private struct Spring {
        var rest: ArraySlice<UInt8>
        var piece: Int
        var endsDry = false

        mutating func give(_ room: inout OutputRawSpan) throws(Dry) {
            let bytes = rest.prefix(min(piece, room.freeCapacity))
            for byte in bytes { room.append(byte) }
            rest = rest.dropFirst(bytes.count)
            if bytes.isEmpty, endsDry { throw Dry() }
        }
    }

    private func send(
        _ spring: Spring, to place: TemporaryDirectory, cancellation: Cancellation = Cancellation()
    ) -> Result<HTTPHead, TransferError<Dry>> {
        let client = HTTPClient(
            HTTPClient.Options(unixSocket: place.path("s"), cancellation: cancellation))
        var spring = spring
        return Result { () throws(TransferError<Dry>) in
            try client.send(
                HTTPRequest(.put, url: "http://d/archive", headers: [("Content-Type", "application/x-tar")]),
                source: { room throws(Dry) in try spring.give(&room) },
                onHead: { _ throws(Dry) in }, onBody: { _ throws(Dry) in })
        }
    }

    @Test(arguments: [(0, 1), (1, 1), (5000, 7), (3_000_000, 65_536), (2_000_000, .max)])
    func `a body arrives whole, whatever its pieces`(size: Int, piece: Int) async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .ok([]) }
            let head = try send(Spring(rest: sample(size)[...], piece: piece), to: place).get()
            #expect(head.status == 200)
            let request = try #require(server.requests.first)
            #expect(request.method == "PUT")
            #expect(request.header("content-type") == "application/x-tar")
            #expect(request.header("expect") == nil)
            #expect(request.body == sample(size))
            #expect(request.isWhole)
        }
    }

    @Test(arguments: [0, 100_000]) func `a source that fails leaves no whole body`(size: Int) async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s")) { _ in .ok([]) }
            let outcome = send(Spring(rest: sample(size)[...], piece: 1000, endsDry: true), to: place)
            guard case .failure(.receiver(Dry())) = outcome else {
                Issue.record("expected the source's own error, got \(outcome)")
                return
            }
            // The head alone, or nothing, may have gone out before the first piece was asked for.
            #expect(server.requests.filter(\.isWhole).isEmpty)
        }
    }

    @Test func `a server that refuses meanwhile is heard`() async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s"), .init(readsStreams: false)) { _ in
                .status(500, "no space left").stalled(after: 13, seconds: 1)
            }
            let endless = Spring(rest: sample(1 << 21)[...], piece: .max)
            #expect(try send(endless, to: place).get().status == 500)
            #expect(server.connections == 1)
        }
    }

    @Test func `a server that goes away is a transport error`() async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s"), .init(readsStreams: false)) { _ in
                .raw(.cut)
            }
            let outcome = send(Spring(rest: sample(1 << 21)[...], piece: .max), to: place)
            guard case .failure(.transport(let error)) = outcome else {
                Issue.record("expected a transport error, got \(outcome)")
                return
            }
            #expect(error.isTransient)
            #expect(server.connections == 1)
        }
    }

    @Test func `cancellation ends it`() async throws {
        try await TemporaryDirectory.with { place in
            let cancellation = Cancellation()
            let server = try ScriptedServer.start(at: place.path("s"), .init(readsStreams: false)) { _ in
                cancellation.request()
                return .raw(.stall(seconds: 30))
            }
            let outcome = send(
                Spring(rest: sample(1 << 21)[...], piece: .max), to: place, cancellation: cancellation)
            guard case .failure(.transport(let error)) = outcome else {
                Issue.record("expected an interruption, got \(outcome)")
                return
            }
            #expect(error.kind == .interrupted)
            #expect(server.connections == 1)
        }
    }
}
