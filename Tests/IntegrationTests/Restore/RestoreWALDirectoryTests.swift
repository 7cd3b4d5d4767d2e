// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Subprocess
import TestKit
import Testing

@Suite("restore --waldir", .serialized)
struct RestoreWALDirectoryTests {
    /// How the backup has its own WAL.
    enum Shape: String, CaseIterable, Sendable {
        case tar, plain
        case linked = "plain, with a link to its WAL"
    }

    private static let strace = "/usr/bin/strace"

    private static func place(_ world: RestoreWorld) -> String { world.directory.path("restored-wal") }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)), arguments: Shape.allCases)
    func `puts WAL into a directory of its own, whatever the backup had`(_ shape: Shape) async throws {
        let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        // Where a plain backup of a tablespace goes, the server's user must be able to write.
        try await RestoreWorld.with(.v15, settings: settings, hasTablespace: shape == .tar) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await Self.backUp(shape, in: world)
            try await world.cluster.psql("CREATE TABLE later AS SELECT 1 AS a; SELECT pg_switch_wal()")
            let origin = try await world.dump()
            try await world.cluster.stop()
            let words = ["--waldir", Self.place(world), "--no-history"]
            let plan = try await world.restore(words + ["--dry-run", "--json"])
            #expect(plan.status == 0 && plan.output.contains("\"walDirectory\""), "\(plan)")
            #expect(world.isUntouched)
            let restored = try await world.restore(words + ["--wal-archive", archive])
            #expect(restored.status == 0 && restored.output.contains("pg_wal"), "\(restored)")
            try Self.expectLink(in: world)
            #expect(try await world.restoredDump() == origin)
            #expect(!FileManager.default.fileExists(atPath: world.staging))
            #expect(!FileManager.default.fileExists(atPath: world.directory.path(".restored-wal.pg_backctl")))
        }
    }

    private static func backUp(_ shape: Shape, in world: RestoreWorld) async throws {
        guard shape != .tar else { return try await world.backUp("20251101T000000", ["-Ft", "-z"]) }
        let label = "20251101T000000"
        try await world.backUp(label, ["-Fp"], hasSums: false)
        guard shape == .linked else { return }
        let (own, elsewhere) = ("\(world.store)/\(label)/pg_wal", "\(world.store)/\(label)-wal")
        try FileManager.default.moveItem(atPath: own, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: own, withDestinationPath: elsewhere)
    }

    private static func expectLink(in world: RestoreWorld, to place: String? = nil) throws {
        let place = place ?? Self.place(world)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(world.target)/pg_wal")
        #expect(link == place)
        let names = try FileManager.default.contentsOfDirectory(atPath: place)
        #expect(names.contains("archive_status") && names.contains { $0.count == 24 }, "\(names)")
        var status = stat()
        #expect(stat(place, &status) == 0 && status.st_mode & 0o077 == 0)
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `leaves the first start to its user, and refuses places that cannot be`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.backUp("20251101T000000", ["-Ft"])
            let origin = try await world.dump()
            for (place, status) in [
                ("relative/wal", 14), ("\(world.target)/wal", 14), (world.space, 14), (world.target, 14),
                (world.store, 4),
            ] {
                let refused = try await world.restore("--waldir", place, "--no-history")
                #expect(refused.status == Int32(status), "\(place): \(refused)")
                #expect(world.isUntouched, "\(place)")
            }
            let left = try await world.restore("--waldir", Self.place(world), "--no-start", "--no-history")
            #expect(left.status == 0, "\(left)")
            try Self.expectLink(in: world)
            #expect(try await world.restoredDump() == origin)
        }
    }

    /// Another file system, which is what it is for.
    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `takes WAL of a chain to another file system`() async throws {
        try await RestoreWorld.with(.v18, settings: ["summarize_wal = on"], hasTablespace: false) { world in
            try await world.backUp("20251101T000000", ["-Ft"])
            try await world.cluster.psql("UPDATE t SET md5 = 'x' WHERE n = 1")
            let manifest = try world.cluster.makeDirectory("parent") + "/manifest"
            try FileManager.default.copyItem(
                atPath: "\(world.store)/20251101T000000/backup_manifest", toPath: manifest)
            try await Program("chmod")(["a+r", manifest])
            try await world.backUp("20251102T000000", ["-Ft", "--incremental=\(manifest)"])
            let place = "/dev/shm/pg_backctl-wal-\(UInt32.random(in: 0...UInt32.max))"
            defer { try? FileManager.default.removeItem(atPath: place) }
            let restored = try await world.restore("--waldir", place, "--no-history")
            #expect(restored.status == 0, "\(restored)")
            try Self.expectLink(in: world, to: place)
            #expect(try await world.restoredDump() == world.dump())
        }
    }

    /// One call of each phase: making the folders, writing, linking, syncing, recovery, and both links and renames of the
    /// last step.
    private static let points = [
        ("mkdirat", 4), ("write", 60), ("symlinkat", 1), ("symlinkat", 2), ("syncfs", 2), ("execve", 3),
        ("symlinkat", 4), ("renameat", 1), ("renameat", 2), ("renameat", 3), ("unlinkat", 6),
    ]

    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "no strace"),
        .timeLimit(.minutes(10)))
    func `leaves nothing mixed when it is killed`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            let words = ["--waldir", Self.place(world), "--no-history"]
            var hit = 0
            for (call, count) in Self.points {
                let killed = try await world.restore(
                    words, by: Self.killed(world.binary, before: call, count))
                if killed.ending == .signaled(SIGKILL) { hit += 1 }
                if FileManager.default.fileExists(atPath: world.target) { try Self.expectLink(in: world) }
                let next = try await world.restore(words)
                // What is there already is whole, and is not replaced.
                if next.status != 0 { try Self.expectLink(in: world) }
                let rows = try await world.restoredRows("SELECT count(*) FROM t")
                #expect(rows == "5000", "\(call) \(count): \(killed), \(next)")
                for name in ["restored", "restored-wal", ".restored.pg_backctl", ".restored-wal.pg_backctl"] {
                    try await Program("rm")(["-rf", world.directory.path(name)])
                }
            }
            #expect(hit >= 8, "\(hit)")
        }
    }

    private static func killed(_ binary: Binary, before call: String, _ count: Int) -> Binary {
        var binary = binary
        binary.wrapper = [
            strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
            "-e", "inject=\(call):signal=KILL:when=\(count)",
        ]
        return binary
    }
}
