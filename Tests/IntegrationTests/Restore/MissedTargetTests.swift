// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Subprocess
import TestKit
import Testing

@Suite("a target that is missed", .serialized)
struct MissedTargetTests {
    private static let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
    private static let strace = "/usr/bin/strace"
    private static let label = "20251101T000000"

    /// A backup that is larger than what a plan looks at, WAL behind it with two restore points, and rows after each of
    /// them; nobody can read the backup a second time once it is spoilt.
    private struct Scene {
        let world: RestoreWorld
        let archive: String

        static func with(_ body: @Sendable (Scene) async throws -> Void) async throws {
            try await RestoreWorld.with(.v15, settings: settings) { world in
                let archive = try world.cluster.makeDirectory("archive")
                try await world.cluster.psql(
                    "CREATE TABLE large AS SELECT gen_random_uuid() FROM generate_series(1, 200000)")
                try await world.backUp(label, ["-Ft", "-z"])
                try await world.cluster.psql("CREATE TABLE p (i int); INSERT INTO p VALUES (1)")
                try await world.cluster.psql("SELECT pg_create_restore_point('before_import')")
                try await world.cluster.psql("SELECT pg_switch_wal()")
                try await world.cluster.psql("INSERT INTO p VALUES (2); INSERT INTO u VALUES (0, 'later')")
                try await world.cluster.psql("SELECT pg_create_restore_point('after_import')")
                try await world.cluster.psql("INSERT INTO p VALUES (3)")
                try await world.cluster.psql("SELECT pg_switch_wal()")
                try await world.cluster.psql("CHECKPOINT")
                try await world.cluster.stop()
                try await body(Scene(world: world, archive: archive))
            }
        }

        func restore(_ words: String..., by binary: Binary? = nil) async throws -> BinaryRun {
            try await world.restore(["--wal-archive", archive] + words, by: binary)
        }

        /// Behind what the plan looks at, without a trace in what a listing shows.
        func spoilStore() async throws {
            for name in ["base.tar.gz", "\(world.tablespace).tar.gz"] {
                let path = "\(world.store)/\(label)/\(name)"
                try await Program("touch")(["-r", path, "\(world.directory.path)/times"])
                let handle = try FileHandle(forUpdating: URL(filePath: path))
                let size = try handle.seekToEnd()
                try handle.seek(toOffset: name == "base.tar.gz" ? size - 60_000 : size / 2)
                try handle.write(contentsOf: Data(repeating: 0, count: 64))
                try handle.close()
                try await Program("touch")(["-r", "\(world.directory.path)/times", path])
            }
        }

        func expectRows(_ rows: String, _ later: String, _ name: String = "") async throws {
            let found = try await world.restoredRows(
                "SELECT string_agg(i::text, ',' ORDER BY i) || ' ' || (SELECT count(*) FROM u) FROM p")
            #expect(found == "\(rows) \(later)", "\(name)")
            try world.removeRestored()
            #expect(world.isUntouched, "\(name)")
        }

        /// What the journal in the staging folder says.
        var phase: String? {
            guard let text = try? String(contentsOfFile: "\(world.staging)/restore.json", encoding: .utf8)
            else { return nil }
            return text.firstMatch(of: /"phase" : "([a-z]+)"/).map { String($0.1) }
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `by a typo is told with what would work, and the right name reads nothing again`() async throws {
        try await Scene.with { scene in
            let world = scene.world
            let plan = try await scene.restore("--to-name", "before_imprt", "--dry-run")
            #expect(plan.status == 0 && plan.output.contains("the files are kept for another one"), "\(plan)")
            let missed = try await scene.restore("--to-name", "before_imprt")
            #expect(missed.status == 17, "\(missed)")
            for words in [
                "up to WAL position", "its last transaction of 20", "'before_import' (20",
                "--to-name before_import", "--to-lsn ", "reads nothing",
                "pg_backctl restore --target \(world.target) --discard",
            ] { #expect(missed.errors.contains(words), "\(words): \(missed)") }
            #expect(scene.phase == "written", "\(missed)")
            #expect(!FileManager.default.fileExists(atPath: "\(world.staging)/pristine"))
            try await scene.spoilStore()
            let other = try await scene.restore("--to-xid", "4000000")
            #expect(other.status == 17 && scene.phase == "written", "\(other)")
            let lsn = try #require(other.errors.firstMatch(of: /--to-lsn ([0-9A-F]+\/[0-9A-F]+)/)).1
            let right = try await scene.restore("--to-name", "before_import", "--json")
            #expect(right.status == 0, "\(right)")
            #expect(right.output.contains("\"readsNothing\" : true"), "\(right)")
            try await scene.expectRows("1", "5000")
            // The store is as bad as that, and the last commit was where the failure had said.
            let anew = try await scene.restore("--to-lsn", String(lsn))
            #expect(anew.status == 1, "\(anew)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `is gone on with by the target that the failure names, and given up when that is asked for`()
        async throws
    {
        try await Scene.with { scene in
            let world = scene.world
            let missed = try await scene.restore("--to-xid", "4000000")
            #expect(missed.status == 17 && scene.phase == "written", "\(missed)")
            let lsn = try #require(missed.errors.firstMatch(of: /--to-lsn ([0-9A-F]+\/[0-9A-F]+)/)).1
            let right = try await scene.restore("--to-lsn", String(lsn))
            #expect(right.status == 0 && right.output.contains("nothing: an earlier restore"), "\(right)")
            try await scene.expectRows("1,2,3", "5001")
            #expect(try await scene.restore("--to-name", "nowhere").status == 17)
            let discarded = try await world.binary("restore", "--target", world.target, "--discard", "--json")
            #expect(discarded.status == 0 && discarded.output.contains(world.staging), "\(discarded)")
            #expect(world.isUntouched)
            let again = try await world.binary("restore", "--target", world.target, "--discard")
            #expect(again.status == 0 && again.output.contains("has left anything"), "\(again)")
        }
    }

    /// A segment that is damaged stops recovery before the target; its name is told, and a place before it works.
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `for damaged WAL names the segment, and is gone on with before it`() async throws {
        try await Scene.with { scene in
            let segments = try FileManager.default.contentsOfDirectory(atPath: scene.archive).sorted()
                .filter { $0.count == 24 }
            let last = try #require(
                segments.last { name in
                    let content = FileManager.default.contents(atPath: "\(scene.archive)/\(name)") ?? Data()
                    return content.range(of: Data("after_import".utf8)) != nil
                })
            let file = URL(filePath: "\(scene.archive)/\(last)")
            var content = try Data(contentsOf: file)
            content.replaceSubrange(300..<364, with: Data(repeating: 0xA5, count: 64))
            try content.write(to: file)
            let missed = try await scene.restore("--to-name", "after_import")
            #expect(missed.status == 17 && missed.errors.contains(last), "\(missed)")
            #expect(missed.errors.contains("'before_import' (20") && scene.phase == "written", "\(missed)")
            try await scene.spoilStore()
            // Right before the damage: reading ahead would meet it.
            let lsn = try #require(missed.errors.firstMatch(of: /--to-lsn ([0-9A-F]+\/[0-9A-F]+)/)).1
            let right = try await scene.restore("--to-lsn", String(lsn))
            #expect(right.status == 0, "\(right)")
            try await scene.expectRows("1", "5000")
        }
    }

    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(20)))
    func `is kept over kill -9, while it is copied and while the next recovery runs`() async throws {
        try await Scene.with { scene in
            let world = scene.world
            var binary = world.binary
            // Each file is asked for a reflink first.
            binary.wrapper = [
                Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=ioctl", "-e",
                "inject=ioctl:signal=KILL:when=300",
            ]
            let killed = try await scene.restore("--to-name", "before_imprt", "--no-history", by: binary)
            #expect(killed.ending == .signaled(SIGKILL), "\(killed)")
            #expect(scene.phase == "written")
            #expect(FileManager.default.fileExists(atPath: "\(world.staging)/pristine/data"))
            try await scene.spoilStore()
            let missed = try await scene.restore("--to-name", "before_imprt", "--no-history")
            #expect(missed.status == 17 && scene.phase == "written", "\(missed)")
            for name in ["before_import", "after_import"] {
                let words = world.words(
                    "--wal-archive", scene.archive, "--to-name", name, "--no-history")
                let stopped = try await world.binary.run(words) { running in
                    try await running.send(.kill, once: { scene.phase == "recovering" })
                }
                #expect(stopped.ending == .signaled(SIGKILL), "\(stopped)")
                #expect(!FileManager.default.fileExists(atPath: world.target))
            }
            let right = try await scene.restore("--to-name", "before_import", "--no-history")
            #expect(right.status == 0, "\(right)")
            try await scene.expectRows("1", "5000")
        }
    }

    @Test(
        Requires.postgres(.v15),
        .enabled(if: geteuid() == 0, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func `is not kept where there is no room, which is no reason to fail`() async throws {
        try await Scene.with { scene in
            let world = scene.world
            let small = try world.directory.makeDirectory("small")
            try await Program("mount")(["-t", "tmpfs", "-o", "size=90m", "none", small])
            do {
                let words = [
                    "restore", world.store, "--target", "\(small)/db", "--map",
                    "\(world.tablespace)=\(small)/space", "--pg-bin", world.cluster.binaries, "--yes",
                    "--wal-archive", scene.archive, "--to-name",
                ]
                let missed = try await world.binary.run(words + ["before_imprt"])
                #expect(missed.status == 17 && missed.errors.contains("were not kept"), "\(missed)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: small) == [])
                let right = try await world.binary.run(words + ["before_import"])
                #expect(right.status == 0, "\(right)")
                #expect(right.output.contains("will need the files to be read again"), "\(right)")
            } catch {
                try await Program("umount")([small])
                throw error
            }
            try await Program("umount")([small])
        }
    }
}
