// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// Programs that are held to the places they may write to, by both means that this kernel may offer.
@Suite("a confined program")
struct ConfinementTests {
    static let means = ["landlock", "mount-namespace"]

    private static func run(_ means: String, _ script: String, in home: OwnedDirectory, _ binary: Binary)
        async throws -> BinaryRun
    {
        for name in ["inside", "outside"] {
            try FileManager.default.createDirectory(
                atPath: "\(home.path)/\(name)", withIntermediateDirectories: false)
        }
        try Data("kept".utf8).write(to: URL(filePath: "\(home.path)/outside/kept"))
        return try await binary(
            "confine", "--by", means, "--write", "\(home.path)/inside", "--", "/bin/sh", "-c",
            "cd '\(home.path)' && " + script)
    }

    @Test(arguments: means)
    func `writes where it may`(means: String) async throws {
        let (home, binary) = (try OwnedDirectory(), try Binary())
        let script =
            "mkdir inside/a && echo x > inside/a/b && mv inside/a/b inside/c && : > inside/c && rm inside/c && : > /dev/null"
        let run = try await Self.run(means, script, in: home, binary)
        #expect(run.status == 0, "\(run)")
    }

    @Test(
        arguments: means,
        [
            "echo x > outside/new", "echo x >> outside/kept", "truncate -s 0 outside/kept", "rm outside/kept",
            "mkdir outside/new", "ln -s /etc outside/new", "mv outside/kept inside/", "mkfifo outside/new",
            "ln -s ../outside/kept inside/link && echo x > inside/link",
            "echo x > inside/mine && mv inside/mine outside/",
        ])
    func `changes nothing anywhere else`(means: String, script: String) async throws {
        let (home, binary) = (try OwnedDirectory(), try Binary())
        let run = try await Self.run(means, script, in: home, binary)
        #expect(run.status != 0, "\(run)")
        let outside = try FileManager.default.contentsOfDirectory(atPath: "\(home.path)/outside")
        #expect(outside == ["kept"])
        #expect(try String(contentsOfFile: "\(home.path)/outside/kept", encoding: .utf8) == "kept")
    }

    @Test(arguments: means)
    func `cannot be started where a place is missing`(means: String) async throws {
        let binary = try Binary()
        let run = try await binary(
            "confine", "--by", means, "--write", "\(binary.home.path)/nowhere", "--", "/bin/true")
        #expect(run.status == 4 && run.errors.contains("no such file"), "\(run)")
    }
}
