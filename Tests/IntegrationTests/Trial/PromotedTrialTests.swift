// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("a trial restore that becomes a data directory", .serialized)
struct PromotedTrialTests {
    /// Tries the backup, and says under which number and where it is kept.
    private static func promotable(_ world: TrialWorld) async throws -> (trial: String, kept: String) {
        let run = try await world.binary.run(world.words(["--promotable", "--json"]))
        let told = try run.document(TrialTold.self)
        #expect(run.status == 0, "\(run)")
        return (String(try #require(told.trial)), try #require(told.kept))
    }

    private static func place(_ world: TrialWorld, _ trial: String, _ words: [String] = []) -> [String] {
        let maps =
            words.contains("--map") ? [] : ["--map", "\(world.restore.tablespace)=\(world.restore.space)"]
        return ["restore", "--from-trial", trial, "--target", world.restore.target, "--yes"] + maps + words
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is placed without the store, holds what the cluster held, and is gone from the trials`()
        async throws
    {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let expected = try await world.restore.dump()
            let (trial, _) = try await Self.promotable(world)
            try FileManager.default.removeItem(atPath: world.restore.store)
            let unmapped = try await world.binary(
                "restore", "--from-trial", trial, "--target", world.restore.target, "--yes")
            #expect(unmapped.status == 12 && unmapped.errors.contains("--map \(world.restore.tablespace)="))
            let placed = try await world.binary.run(Self.place(world, trial))
            #expect(placed.status == 0, "\(placed)")
            #expect(try await world.restore.restoredDump() == expected)
            #expect(try await world.leavings() == [])
            let again = try await world.binary.run(Self.place(world, trial))
            #expect(again.status == 4, "\(again)")
            let restores = try await world.binary("history", "restores")
            #expect(restores.output.contains("from trial \(trial)"), "\(restores)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is refused when anything of it was touched, and elsewhere than on its file system`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let (trial, kept) = try await Self.promotable(world)
            let elsewhere = "/dev/shm/pg_backctl-\(UUID().uuidString)"
            var words = Self.place(world, trial)
            words[words.firstIndex(of: world.restore.target) ?? 0] = elsewhere
            let other = try await world.binary.run(words)
            #expect(other.status == 4 && other.errors.contains("another file system"), "\(other)")
            #expect(!FileManager.default.fileExists(atPath: elsewhere))
            let tablespace = try await world.binary.run(
                Self.place(world, trial, ["--map", "\(world.restore.tablespace)=\(elsewhere)"]))
            #expect(
                tablespace.status == 4 && tablespace.errors.contains("another file system"), "\(tablespace)")
            let restart = try await world.binary.run(Self.place(world, trial, ["--restart"]))
            #expect(restart.status == 14 && restart.errors.contains("--restart has no use"), "\(restart)")
            #expect(world.restore.isUntouched)
            // What stands in the trial's own folder would go with it.
            words[words.firstIndex(of: elsewhere) ?? 0] = "\(kept)/inside"
            let inside = try await world.binary.run(words)
            #expect(inside.status == 4 && inside.errors.contains("the folder of a trial"), "\(inside)")
            let file = "\(kept)/.db.pg_backctl/data/PG_VERSION"
            let handle = try FileHandle(forUpdating: URL(filePath: file))
            try handle.write(contentsOf: Data("15\n".utf8))
            try handle.close()
            let touched = try await world.binary.run(Self.place(world, trial))
            #expect(touched.status == 4 && touched.errors.contains("were changed since"), "\(touched)")
            #expect(world.restore.isUntouched && FileManager.default.fileExists(atPath: file))
            // One that was not made for it is never placed.
            let plain = try await world.binary.run(world.words(["--json"]))
            let number = String(try #require(try plain.document(TrialTold.self).trial))
            let refused = try await world.binary.run(Self.place(world, number))
            #expect(refused.status == 4 && refused.errors.contains("it kept nothing"), "\(refused)")
        }
    }

    private static let strace = "/usr/bin/strace"

    /// Kills a placement before one of its renames.
    private static func killed(_ world: TrialWorld, _ trial: String, before count: Int) async throws
        -> BinaryRun
    {
        var binary = world.binary
        binary.wrapper = [
            strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat",
            "-e", "inject=renameat:signal=KILL:when=\(count)",
        ]
        return try await binary.run(place(world, trial))
    }

    private static func expectPlaced(_ world: TrialWorld, _ trial: String, _ point: String) async throws {
        if !FileManager.default.fileExists(atPath: world.restore.target) {
            let next = try await world.binary.run(place(world, trial))
            try #require(next.status == 0, "\(point): \(next)")
        }
        let rows = try await world.restore.restoredRows("SELECT count(*) FROM t NATURAL JOIN u")
        #expect(rows == "5000", "\(point)")
        try world.restore.removeRestored()
        try await Program("rm")(["-rf", world.restore.staging, world.directory.path(".space.pg_backctl")])
    }

    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(10)))
    func `is absent or whole after a kill, and the same command brings it to its end`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            var hit = 0
            for count in [2, 3, 5, 6, 8] {
                let (trial, _) = try await Self.promotable(world)
                if try await Self.killed(world, trial, before: count).ending == .signaled(SIGKILL) {
                    hit += 1
                }
                try await Self.expectPlaced(world, trial, "rename \(count)")
            }
            #expect(hit >= 4)
        }
    }

    /// Once parts of it are nowhere else, neither time nor another command takes them away.
    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(10)))
    func `outlives its time and other commands when a kill left it half moved`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let run = try await world.binary.run(
                world.words(["--promotable", "--keep", "5s", "--json"]))
            let trial = String(try #require(try run.document(TrialTold.self).trial))
            // Of the five before: the mark of a place, two journals, the time to keep; the next one is the tablespace's.
            var moved = 0
            for count in 4...7 where moved == 0 {
                let killed = try await Self.killed(world, trial, before: count)
                try #require(killed.ending == .signaled(SIGKILL), "\(killed)")
                let spaces = try FileManager.default.subpathsOfDirectory(
                    atPath: world.directory.path(".space.pg_backctl"))
                moved = spaces.count { $0.hasPrefix("data/PG_15_") }
            }
            try #require(moved > 0 && !FileManager.default.fileExists(atPath: world.restore.target))
            try await Task.sleep(for: .seconds(5))
            #expect(try await world.trial().status == 0)
            let elsewhere = world.directory.path("elsewhere")
            let other = try await world.binary.run(
                Self.place(world, trial, ["--map", "\(world.restore.tablespace)=\(elsewhere)"]))
            #expect(other.status == 4, "\(other)")
            let restore = try await world.restore.restore("--no-history")
            #expect(restore.status == 4, "\(restore)")
            let discard = try await world.binary("restore", "--discard", "--target", world.restore.target)
            #expect(discard.status == 4, "\(discard)")
            try await Self.expectPlaced(world, trial, "half moved")
        }
    }
}
