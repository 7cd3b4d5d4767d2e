// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("a restore that is sent a signal", .serialized)
struct RestoreSignalsTests {
    /// Not SIGQUIT: a shell starts what runs in the background with it ignored.
    static let endings: [Signal] = [.terminalClosed, .terminate, .userDefinedOne]

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `stops its private server, ends with 143 and can be gone on with`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            let (binary, words) = try Self.slow(world)
            for signal in Self.endings {
                let run = try await binary.run(words) { running in
                    try await running.send(signal, once: { Self.servers(of: world) > 0 })
                }
                #expect(run.status == 143, "\(signal): \(run)")
                #expect(Self.servers(of: world) == 0, "\(signal)")
                #expect(!FileManager.default.fileExists(atPath: world.target), "\(signal)")
            }
            // Started by `nohup`, it does not hear that the terminal is closed.
            var background = binary
            background.wrapper = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]
            let run = try await background.run(words) { running in
                try await running.send(.terminalClosed, once: { Self.servers(of: world) > 0 })
            }
            #expect(run.status == 0, "\(run)")
            #expect(try await world.restoredRows("SELECT count(*) FROM t") == "5000")
        }
    }

    /// A restore whose server is there for a while.
    private static func slow(_ world: RestoreWorld) throws -> (Binary, [String]) {
        let folder = try world.directory.makeDirectory("scripts")
        try "SELECT pg_sleep(3);".write(toFile: "\(folder)/1.sql", atomically: true, encoding: .utf8)
        var binary = world.binary
        binary.environment["POST_INIT_SCRIPT_USER"] = "postgres"
        binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
        return (binary, world.words("-I", folder))
    }

    /// How many processes were started on what is being restored.
    private static func servers(of world: RestoreWorld) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.count { name in
            guard Int32(name) != nil,
                let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
                let text = String(data: words, encoding: .utf8)
            else { return false }
            let arguments = text.split(separator: "\0")
            return arguments.first?.hasSuffix("/postgres") == true
                && arguments.contains { $0.contains(world.staging) }
        }
    }
}
