// SPDX-License-Identifier: Apache-2.0
import Archive
import Diagnostics
import DockerEngine
import TestKit
import Testing

@Suite(Requires.docker(.tiny)) struct `A volume of a real engine` {
    struct Dry: Error {}

    private static func mounting(_ volume: String) -> (inout ContainerPlan) -> Void {
        { $0.mounts = [ContainerMount(.volume(volume), at: "/data")] }
    }

    private static func entry(_ path: String, _ kind: TarEntry.Kind, _ mode: UInt32) -> TarEntry {
        TarEntry(
            path: Array(path.utf8), kind: kind, mode: mode, owner: 999, group: 70, modified: 1_790_000_000)
    }

    @Test func `is made, found and removed`() async throws {
        try await RealEngine.with { real in
            let name = try real.volume()
            #expect(try real.engine.volume(name)?.labels == ["test": real.name])
            #expect(try real.engine.volumes(labelled: "test", real.name).map(\.name) == [name])
            #expect(try real.engine.volumes(labelled: "test", "other") == [])
            let id = try real.container("true", Self.mounting(name))
            #expect(try real.engine.container(id)?.volumes == ["/data": name])
            let error = #expect(throws: EngineError.self) { try real.engine.removeVolume(name) }
            #expect(kind(of: error) == "conflict")
            try real.engine.removeContainer(id)
            // It has a name, so it outlives its container.
            #expect(try real.engine.volume(name) != nil)
            try real.engine.removeVolume(name)
            try real.engine.removeVolume(name)
            #expect(try real.engine.volume(name) == nil)
        }
    }

    @Test func `takes an archive with owners, modes, times and links`() async throws {
        try await RealEngine.with { real in
            let volume = try real.volume()
            let script =
                "cd /data; stat -c '%n %F %a %u %g %s' .; stat -c '%n %F %a %u %g %s %Y' base base/1 base/2; readlink l; cat base/1"
            // Never started: its root can be written to, so that the volume's own folder is a member, too.
            let porter = try real.container("true") { plan in
                plan.mounts = [ContainerMount(.volume(volume), at: "/data")]
                plan.isolation.hasWritableRoot = true
            }
            try real.engine.unpack(into: porter, at: "/") { tar in
                try tar.add(Self.entry("data", .directory, 0o700))
            }
            try real.engine.unpack(into: porter, at: "/data") { tar in
                try tar.add(Self.entry(".", .directory, 0o700))
                try tar.add(Self.entry("base", .directory, 0o750))
                try tar.add(Self.entry("base/1", .file(size: 5), 0o600), content: Array("hello".utf8))
                try tar.add(Self.entry("base/2", .file(size: 0), 0o640))
                try tar.add(Self.entry("l", .link(to: Array("/tablespaces/1".utf8)), 0o777))
            }
            // Without its capabilities root may go nowhere that it does not own.
            let ran = try real.ran(script) { plan in
                plan.mounts = [ContainerMount(.volume(volume), at: "/data", isReadOnly: true)]
                plan.user = "999:70"
            }
            #expect(
                ran.output.split(separator: "\n") == [
                    ". directory 700 999 70 4096", "base directory 750 999 70 4096 1790000000",
                    "base/1 regular file 600 999 70 5 1790000000",
                    "base/2 regular empty file 640 999 70 0 1790000000", "/tablespaces/1", "hello",
                ])
        }
    }

    @Test func `takes and gives back many bytes and long names`() async throws {
        try await RealEngine.with { real in
            let id = try real.container("true", Self.mounting(try real.volume()))
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 9)) }
            let name = String(repeating: "n", count: 200)
            try real.engine.unpack(into: id, at: "/data") { tar in
                for number in 0..<10 {
                    try tar.add(Self.entry("f\(number)", .file(size: 3_000_000), 0o600), content: content)
                }
                try tar.add(Self.entry(name, .file(size: 1), 0o600), content: [7])
            }
            var size = 0
            try real.engine.pack("/data", of: id) { size += $0.byteCount }
            #expect(size > 30_000_000)
            var archive: [UInt8] = []
            try real.engine.pack("/data/f3", of: id) { $0.withUnsafeBytes { archive.append(contentsOf: $0) } }
            let members = TarFile(archive).members
            #expect(members.map(\.name) == ["f3"])
            #expect(members.first?.content == content)
            #expect(throws: Dry.self) { try real.engine.pack("/data", of: id) { _ in throw Dry() } }
            #expect(throws: Never.self) { try real.engine.pack("/data/\(name)", of: id) { _ in } }
        }
    }

    @Test func `has no path that is not there, and no way around a closed root`() async throws {
        try await RealEngine.with { real in
            let id = try real.container("true", Self.mounting(try real.volume()))
            #expect(throws: EngineError.missing(.path, "\(id):/none")) {
                try real.engine.unpack(into: id, at: "/none") { _ in }
            }
            #expect(throws: EngineError.missing(.path, "\(id):/none")) {
                try real.engine.pack("/none", of: id) { _ in }
            }
            let error = #expect(throws: EngineError.self) {
                try real.engine.unpack(into: id, at: "/etc") { tar in
                    try tar.add(Self.entry("passwd", .file(size: 0), 0o600))
                }
            }
            #expect(error?.message.contains("read-only") == true)
        }
    }

    @Test func `that is full says so, while an archive goes in`() async throws {
        let daemon = try await DockerDaemon.shared(.tiny)
        let name = "full" + String(UInt32.random(in: .min ... .max), radix: 36)
        try await daemon.makeVolume(name, bytes: 4 << 20)
        try await RealEngine.with { real in
            real.willRemove(volume: name)
            let id = try real.container("true", Self.mounting(name))
            let error = #expect(throws: EngineError.self) {
                try real.engine.unpack(into: id, at: "/data") { tar in
                    for number in 0..<100 {
                        try tar.add(
                            Self.entry("f\(number)", .file(size: 1 << 20), 0o600),
                            content: [UInt8](repeating: 1, count: 1 << 20))
                    }
                }
            }
            #expect(kind(of: error) == "noSpace")
            #expect(error?.exitStatus == .inconclusive)
        }
    }

    @Test(arguments: [0, 1, 40]) func `is left when an archive cannot be made`(members: Int) async throws {
        try await RealEngine.with { real in
            let id = try real.container("true", Self.mounting(try real.volume()))
            #expect(throws: Dry.self) {
                try real.engine.unpack(into: id, at: "/data") { tar in
                    for number in 0..<members {
                        try tar.add(
                            Self.entry("f\(number)", .file(size: 100_000), 0o600),
                            content: [UInt8](repeating: 1, count: 100_000))
                    }
                    throw Dry()
                }
            }
            // The engine is well after that.
            try real.engine.unpack(into: id, at: "/data") { _ in }
        }
    }
}

@Suite(Requires.docker(.tiny)) struct `A real engine that goes away` {
    @Test func `while a program is waited for is no verdict on it`() async throws {
        try await DockerDaemon.with(.tiny) { daemon in
            let lost = try await RealEngine.with(daemon) { real -> EngineError? in
                let id = try real.started("sleep 600")
                let crash = Task {
                    try await Task.sleep(for: .milliseconds(300))
                    try await daemon.crash()
                }
                defer { crash.cancel() }
                do {
                    _ = try real.engine.wait(for: id)
                    return nil
                } catch let error as EngineError { return error }
            }
            #expect(kind(of: lost) == "connectionLost")
            #expect(lost?.exitStatus == .inconclusive)
            let gone = try await RealEngine.failure(at: daemon.socket)
            #expect(gone == .notRunning(socket: daemon.socket))
        }
    }
}

extension RealEngine {
    static func failure(at socket: String) async throws -> EngineError? {
        try await TestKit.failure { () throws(EngineError) in
            _ = try Engine(at: EngineAddress(socket: socket))
        }
    }
}
