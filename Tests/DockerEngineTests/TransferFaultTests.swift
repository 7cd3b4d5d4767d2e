// SPDX-License-Identifier: Apache-2.0
import Archive
import Diagnostics
import DockerEngine
import Glibc
import TestKit
import Testing

@Suite struct `An archive on its way into a container` {
    struct Dry: Error {}

    private static func unpacked(
        _ reply: ScriptedReply = .ok([]), readsStreams: Bool = true,
        body: @escaping @Sendable (TarWriter<EngineError>) throws -> Void
    ) async throws -> (requests: [ScriptedRequest], error: (any Error)?) {
        try await ScriptedEngine.with(readsStreams: readsStreams, { _ in reply }) { scripted in
            do {
                try scripted.engine.unpack(into: "c", at: "/a b", body)
                return (scripted.server.requests, nil)
            } catch { return (scripted.server.requests, error) }
        }
    }

    private static func add(_ count: Int, to tar: TarWriter<EngineError>) throws {
        for number in 0..<count {
            let entry = TarEntry(path: Array("f\(number)".utf8), kind: .file(size: 100_000), mode: 0o600)
            try tar.add(entry, content: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 100_000))
        }
    }

    @Test(arguments: [0, 1, 50]) func `arrives whole, with its end`(count: Int) async throws {
        let (requests, error) = try await Self.unpacked { try Self.add(count, to: $0) }
        #expect(error == nil)
        let request = try #require(requests.first)
        #expect(request.method == "PUT" && request.isWhole)
        #expect(request.target == "/v1.41/containers/c/archive?path=%2Fa%20b&noOverwriteDirNonDir=1")
        #expect(request.header("content-type") == "application/x-tar")
        #expect(request.body.count == count * (512 + 100_352) + 1024)
        #expect(request.body.suffix(1024).allSatisfy { $0 == 0 })
    }

    @Test(arguments: [0, 1, 50])
    func `is broken off when it cannot be made, and never taken for whole`(count: Int) async throws {
        let (requests, error) = try await Self.unpacked { tar in
            try Self.add(count, to: tar)
            throw Dry()
        }
        #expect(error is Dry)
        #expect(requests.allSatisfy { !$0.isWhole })
    }

    @Test func `ends with the reason of an engine that refuses meanwhile`() async throws {
        let reply = ScriptedReply.refusal(500, "no space left on device").stalled(after: 37, seconds: 1)
        let (_, error) = try await Self.unpacked(reply, readsStreams: false) { try Self.add(500, to: $0) }
        #expect(kind(of: error) == "noSpace")
    }

    @Test func `ends when the engine dies`() async throws {
        let (_, error) = try await Self.unpacked(.raw(.cut), readsStreams: false) {
            try Self.add(500, to: $0)
        }
        #expect(kind(of: error) == "connectionLost")
    }

    @Test func `into a container that is not there names it`() async throws {
        let (_, error) = try await Self.unpacked(.refusal(404, "no")) { try Self.add(1, to: $0) }
        #expect(error as? EngineError == .missing(.path, "c:/a b"))
    }
}

@Suite struct `A pull` {
    private static let name = ImageName("postgres:15")

    @Test(arguments: [
        (ScriptedReply.refusal(404, "pull access denied for postgres"), "is the name right"),
        (.refusal(500, "dial tcp: no such host"), "can the engine reach the registry"),
        (
            .json(#"{"error":"toomanyrequests: You have reached your pull rate limit"}"#),
            "the registry wants less"
        ),
    ])
    func `that is refused says so`(reply: ScriptedReply, hint: String) async throws {
        let name = try #require(Self.name)
        let error = try await ScriptedEngine.error({ _ in reply }) { try $0.pull(name) }
        #expect(kind(of: error) == "pullRefused")
        #expect(error?.hints.first?.hasPrefix(hint) == true)
        #expect(error?.exitStatus == .inconclusive)
    }

    @Test func `onto a full disk says that`() async throws {
        let name = try #require(Self.name)
        let reply = ScriptedReply.json(#"{"error":"write /x: no space left on device"}"#)
        let error = try await ScriptedEngine.error({ _ in reply }) { try $0.pull(name) }
        #expect(kind(of: error) == "noSpace")
    }

    @Test func `gives the image and tells how far it came`() async throws {
        let name = try #require(Self.name)
        let script: ScriptedServer.Script = { request in
            request.method == "GET"
                ? .json(
                    #"{"Id":"sha256:ab","RepoDigests":["postgres@sha256:cd"],"Config":{"Env":["PGDATA=/d","X"]}}"#
                )
                : .json(#"{"status":"Downloading","id":"a","progressDetail":{"current":5,"total":9}}"#)
        }
        try await ScriptedEngine.with(script) { scripted in
            var told = PullProgress()
            let image = try scripted.engine.pull(name) { told = $0 }
            #expect(told == PullProgress(received: 5, expected: 9))
            #expect(image.digests == ["postgres@sha256:cd"])
            #expect(image.environment == ["PGDATA": "/d", "X": ""])
            #expect(
                scripted.server.requests.map(\.target) == [
                    "/v1.41/images/create?fromImage=postgres&tag=15", "/v1.41/images/postgres:15/json",
                ])
        }
    }
}
