// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine
import TestKit
import Testing

@Suite(Requires.docker(.tiny)) struct `An image that a real engine pulls` {
    private static func pulled(
        _ registry: ScriptedRegistry
    ) async throws -> (image: Image?, told: [PullProgress], error: EngineError?) {
        try await RealEngine.with { real in
            let name = try #require(ImageName(registry.image))
            var told: [PullProgress] = []
            do throws(EngineError) {
                let image = try real.engine.pull(name) { told.append($0) }
                return (image, told, nil)
            } catch { return (nil, told, error) }
        }
    }

    @Test func `is known by its digest`() async throws {
        let registry = try ScriptedRegistry.start()
        let (image, told, error) = try await Self.pulled(registry)
        #expect(error == nil)
        let digest = "127.0.0.1:\(registry.server.port)/team/small@\(registry.manifestDigest)"
        #expect(image?.digests == [digest])
        #expect(image?.tags == [registry.image])
        #expect(image?.environment["FROM"] == "registry")
        let largest = try #require(told.max { $0.expected < $1.expected })
        #expect(largest.expected > 2_000_000)
        try await RealEngine.with { real in
            let name = try #require(ImageName(digest))
            let found = try real.engine.image(name)
            #expect(found == image)
            // Everything is there: nothing but the manifest is asked for again.
            let again = try real.engine.pull(name)
            #expect(again == image)
        }
    }

    @Test func `is not there, says the registry`() async throws {
        let registry = try ScriptedRegistry.start { request, reply in
            guard request.path.contains("/manifests/") else { return reply }
            return .json(
                #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#, status: 404)
        }
        let error = try await Self.pulled(registry).error
        #expect(kind(of: error) == "pullRefused")
        #expect(
            error?.message.contains("manifest unknown") == true
                || error?.message.contains("not found") == true)
    }

    @Test func `is not taken when its bytes are others`() async throws {
        let registry = try ScriptedRegistry.start { request, reply in
            guard request.path.contains("/blobs/"), reply.body.count > 1_000_000 else { return reply }
            var body = Array(reply.body)
            body[1_000_000] ^= 1
            return reply.with(body: body)
        }
        let (image, _, error) = try await Self.pulled(registry)
        #expect(image == nil)
        #expect(kind(of: error) == "pullRefused")
    }
}
