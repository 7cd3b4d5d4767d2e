// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("kill -9 of a trial restore", .serialized)
struct TrialKillTests {
    /// Calls by which a trial's folder and files come to be, before any server is started, and go.
    private static let points = [
        ("mkdirat", 1), ("mkdirat", 2), ("mkdirat", 20), ("openat", 60), ("openat", 400), ("write", 20),
        ("fsync", 2), ("renameat", 1), ("renameat", 2), ("execve", 3), ("execve", 5),
    ]
    private static let strace = "/usr/bin/strace"

    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(20)))
    func `before a call leaves nothing after the next start`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            var hit = 0
            for (call, count) in Self.points {
                var binary = world.binary
                binary.wrapper = [
                    Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
                    "-e", "inject=\(call):signal=KILL:when=\(count)",
                ]
                let killed = try await world.trial("--no-history", by: binary)
                if killed.ending == .signaled(SIGKILL) { hit += 1 }
                try await Self.expectCleared(world, "\(call) \(count)")
            }
            print("kill -9 of a trial before a call: \(hit) points")
            #expect(hit >= 8)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `at any moment leaves nothing after the next start`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let clock = ContinuousClock()
            let start = clock.now
            try #require(try await world.trial("--no-history").status == 0)
            let whole = clock.now - start
            let points = 12
            var hit = 0
            for point in 1...points {
                let killed = try await world.binary.run(world.words(["--no-history"])) { running in
                    try await clock.sleep(for: whole * point / (points + 1))
                    // It may have ended already.
                    try? running.send(.kill)
                }
                if killed.ending == .signaled(SIGKILL) { hit += 1 }
                try await Self.expectCleared(world, "moment \(point)")
            }
            print("kill -9 of a trial at a moment: \(hit) points")
            #expect(hit >= 6)
        }
    }

    /// The next start clears it, even where it goes no further.
    private static func expectCleared(_ world: TrialWorld, _ point: String) async throws {
        let next = try await world.trial("--no-history", "--pg-bin", "/no/such/place")
        #expect(next.status == 10, "\(point): \(next)")
        let left = try await world.leavings()
        #expect(left == [], "\(point)")
    }
}
