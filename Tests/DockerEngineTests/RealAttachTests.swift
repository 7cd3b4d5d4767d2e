// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine
import Foundation
import TestKit
import Testing

@Suite(Requires.docker(.tiny)) struct `A container that somebody is attached to` {
    private static func attached(
        _ real: RealEngine, _ script: String
    ) throws -> (id: String, streams: AttachedContainer) {
        let id = try real.container(script) { plan in
            (plan.takesInput, plan.logBytes) = (true, 0)
        }
        let streams = try real.engine.attach(to: id)
        try real.engine.start(id)
        return (id, streams)
    }

    private static func rest(_ streams: AttachedContainer) throws -> (output: [UInt8], errors: [UInt8]) {
        var (output, errors): ([UInt8], [UInt8]) = ([], [])
        while try streams.read({ stream, bytes in
            bytes.withUnsafeBytes {
                if stream == .output { output.append(contentsOf: $0) } else { errors.append(contentsOf: $0) }
            }
        }) {}
        return (output, errors)
    }

    @Test func `is written to and read from, in many bytes`() async throws {
        try await RealEngine.with { real in
            let (id, streams) = try Self.attached(
                real, "echo ready >&2; head -c 3000000 | tee /dev/stderr | md5sum; exit 4")
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 9)) }
            let writer = Thread { try? streams.write(content.span.bytes) }
            writer.start()
            let (output, errors) = try Self.rest(streams)
            #expect(String(decoding: output, as: UTF8.self).count == 36)
            #expect(errors == Array("ready\n".utf8) + content)
            #expect(try real.engine.wait(for: id).state == .ended(status: 4))
            // The engine keeps nothing of it.
            #expect(throws: EngineError.self) { try real.engine.log(of: id) }
        }
    }

    @Test func `has no input any more when they let go`() async throws {
        try await RealEngine.with { real in
            let (id, streams) = try Self.attached(real, "echo ready; cat > /dev/null; exit 7")
            _ = try streams.read { _, _ in }
            streams.end()
            #expect(try real.engine.wait(for: id).state == .ended(status: 7))
            #expect(try !streams.read { _, _ in })
            #expect(throws: EngineError.self) { try streams.write([1].span.bytes) }
        }
    }

    @Test func `is left by who is asked to stop`() async throws {
        let cancellation = Cancellation()
        try await RealEngine.with(cancellation: cancellation) { real in
            let (_, streams) = try Self.attached(real, "sleep 600")
            cancellation.request()
            #expect(throws: EngineError.interrupted(.interrupted)) { try streams.read { _, _ in } }
        }
    }

    @Test func `has to be there`() async throws {
        try await RealEngine.with { real in
            let error = #expect(throws: EngineError.self) { try real.engine.attach(to: "none") }
            #expect(error == .missing(.container, "none"))
        }
    }

    @Test func `is lost when the engine goes`() async throws {
        try await DockerDaemon.with(.tiny) { daemon in
            try await RealEngine.with(daemon) { real in
                let (_, streams) = try Self.attached(real, "echo ready; sleep 600")
                _ = try streams.read { _, _ in }
                let crash = DispatchSemaphore(value: 0)
                Task {
                    try await daemon.crash(); crash.signal()
                }
                crash.wait()
                // Either its last frame was cut, or it looks like the end: who must know asks the engine.
                while (try? streams.read { _, _ in }) == true {}
                #expect(throws: EngineError.self) { try real.engine.ping() }
            }
        }
    }
}
