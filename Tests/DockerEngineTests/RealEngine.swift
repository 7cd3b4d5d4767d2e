// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine
import Synchronization
import TestKit

/// Docker itself, and what one test makes in it, which goes when the test ends.
final class RealEngine: Sendable {
    let engine: Engine
    /// What all names of this test begin with.
    let name: String
    private let containers = Mutex<[String]>([])
    private let volumes = Mutex<[String]>([])

    private init(_ daemon: DockerDaemon, _ cancellation: Cancellation) throws {
        engine = try Engine(at: EngineAddress(socket: daemon.socket), cancellation: cancellation)
        name = "t" + String(UInt32.random(in: .min ... .max), radix: 36)
    }

    /// Runs where blocking is allowed, in the engine that tests share.
    static func with<T: Sendable>(
        _ image: DockerImage = .tiny, cancellation: Cancellation = Cancellation(),
        _ body: @escaping @Sendable (RealEngine) throws -> T
    ) async throws -> T {
        try await with(try await DockerDaemon.shared(image), cancellation, body)
    }

    static func with<T: Sendable>(
        _ daemon: DockerDaemon, _ cancellation: Cancellation = Cancellation(),
        _ body: @escaping @Sendable (RealEngine) throws -> T
    ) async throws -> T {
        try await onPlainThread {
            let real = try RealEngine(daemon, cancellation)
            defer { real.clear() }
            return try body(real)
        }
    }

    private func clear() {
        let engine = engine.within(Cancellation())
        for container in containers.withLock({ $0 }) { try? engine.removeContainer(container) }
        for volume in volumes.withLock({ $0 }) { try? engine.removeVolume(volume) }
    }

    /// Makes a container of the tiny image in which a shell runs a script; it is not started.
    func container(_ script: String, _ change: (inout ContainerPlan) -> Void = { _ in }) throws -> String {
        var plan = ContainerPlan(
            image: DockerImage.tiny.name, command: ["sh", "-c", script], labels: ["test": name])
        change(&plan)
        return try container(plan)
    }

    func container(_ plan: ContainerPlan) throws -> String {
        let id = try engine.createContainer(plan, named: "\(name)-\(containers.withLock { $0.count })")
        containers.withLock { $0.append(id) }
        return id
    }

    /// Makes one and starts it.
    func started(_ script: String, _ change: (inout ContainerPlan) -> Void = { _ in }) throws -> String {
        let id = try container(script, change)
        try engine.start(id)
        return id
    }

    /// Makes one, starts it and waits until it has written something.
    func listening(_ script: String, _ change: (inout ContainerPlan) -> Void = { _ in }) throws -> String {
        let id = try started(script, change)
        try engine.followLog(of: id) { _, _ in false }
        return id
    }

    /// What such a script wrote, and how it ended.
    func ran(
        _ script: String, _ change: (inout ContainerPlan) -> Void = { _ in }
    ) throws -> (end: Container, output: String, errors: String) {
        let id = try started(script, change)
        let end = try engine.wait(for: id)
        let log = try engine.log(of: id)
        return (end, String(decoding: log.output, as: UTF8.self), String(decoding: log.errors, as: UTF8.self))
    }

    func willRemove(volume: String) { volumes.withLock { $0.append(volume) } }

    func volume() throws -> String {
        let volume = "\(name)-v\(volumes.withLock { $0.count })"
        try engine.createVolume(volume, labels: ["test": name])
        willRemove(volume: volume)
        return volume
    }
}
