// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a plan that cannot work", .serialized)
struct PlanRefusalsTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is refused before anything is read, with what is known`() async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            let points = try await Self.live(world.cluster)
            try await world.cluster.stop()
            try await Self.expectNoArchive(world)
            try await Self.expectNoPlace(world, archive)
            try await Self.expectGap(world, archive, points)
            try await Self.expectForeign(world)
            try await Self.expectMissingObject(world)
        }
    }

    private struct Points {
        var early, late: String
        /// The segment between them.
        var between: String
    }

    private static func live(_ cluster: PostgresCluster) async throws -> Points {
        try await cluster.psql("CREATE TABLE p (i int)")
        let early = try await insert(1, cluster)
        let between = try await cluster.psql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
        _ = try await insert(2, cluster)
        let late = try await insert(3, cluster)
        _ = try await insert(4, cluster)
        try await cluster.psql("CHECKPOINT")
        return Points(early: early, late: late, between: between)
    }

    /// Gives a time after the row was there, and goes on to the next segment.
    private static func insert(_ row: Int, _ cluster: PostgresCluster) async throws -> String {
        try await cluster.psql("INSERT INTO p VALUES (\(row))")
        try await Task.sleep(for: .milliseconds(50))
        let time = try await cluster.psql("SET timezone = 'UTC'; SELECT clock_timestamp()")
        try await Task.sleep(for: .milliseconds(50))
        // Recovery stops before a transaction that ends after the time.
        try await cluster.psql("INSERT INTO p VALUES (\(row)00)")
        try await cluster.psql("SELECT pg_switch_wal()")
        return time
    }

    private static func expectNoArchive(_ world: RestoreWorld) async throws {
        for goal in [["--to-time", "2199-01-01T00:00:00Z"], ["--to-lsn", "FF/0"]] {
            let run = try await world.restore(goal + ["--dry-run"])
            #expect(run.status == 12 && run.errors.contains("--wal-archive"), "\(run)")
            #expect(run.output.contains("refused"), "\(run)")
        }
        #expect(world.isUntouched)
    }

    /// The plan is there all the same, and `--map-all` gives every tablespace its place.
    private static func expectNoPlace(_ world: RestoreWorld, _ archive: String) async throws {
        let words = [
            "restore", world.store, "--target", world.target, "--pg-bin", world.cluster.binaries, "--yes",
            "--wal-archive", archive,
        ]
        let run = try await world.binary.run(words + ["--dry-run"])
        #expect(run.status == 12 && run.errors.contains("--map \(world.tablespace)=DIR"), "\(run)")
        #expect(run.output.contains("restore of base") && run.output.contains("HAS NO PLACE"), "\(run)")
        let json = try await world.binary.run(words + ["--dry-run", "--json"])
        let document = try json.document(PlanDocument.self)
        #expect(json.status == 12 && document.exitStatus == 12 && document.plan.unmapped.count == 1)
        #expect(document.plan.refusals.first?.exitStatus == 12 && document.plan.window != nil)
        let folder = try world.directory.makeDirectory("elsewhere")
        let all = try await world.binary.run(words + ["--map-all", folder])
        #expect(all.status == 0, "\(all)")
        #expect(try await world.restoredRows("SELECT count(*) FROM u") == "5000")
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(world.tablespace)"))
        try world.removeRestored()
    }

    private static func expectGap(
        _ world: RestoreWorld, _ archive: String, _ points: Points
    ) async throws {
        let late = ["--wal-archive", archive, "--to-time", points.late]
        #expect(try await world.restore(late + ["--dry-run"]).status == 0)
        let after = try await world.restore(
            ["--wal-archive", archive, "--to-time", "2199-01-01T00:00:00Z", "--dry-run"])
        #expect(after.status == 17 && after.errors.contains("the archive ends before the goal"), "\(after)")
        #expect(after.errors.contains("its last transaction of 20"), "\(after)")
        try FileManager.default.moveItem(
            atPath: "\(archive)/\(points.between)", toPath: world.directory.path("lost"))
        for goal in [[], ["--to-time", points.late], ["--to-lsn", "0/FF000000"]] {
            let run = try await world.restore(["--wal-archive", archive, "--dry-run"] + goal)
            #expect(run.status == 17 && run.errors.contains("'\(points.between)' is missing"), "\(run)")
            #expect(!run.output.contains("without a gap"), "\(run)")
        }
        #expect(world.isUntouched)
        try FileManager.default.moveItem(
            atPath: world.directory.path("lost"), toPath: "\(archive)/\(points.between)")
    }

    /// Names that fit, and WAL of another cluster.
    private static func expectForeign(_ world: RestoreWorld) async throws {
        let foreign = world.directory.path("foreign")
        try await PostgresCluster.with(
            .v15, initdb: ["--wal-segsize=1"],
            settings: ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        ) { other in
            let archive = try other.makeDirectory("archive")
            for _ in 0..<8 {
                try await other.psql("CREATE TABLE x AS SELECT 1")
                try await other.psql("DROP TABLE x; SELECT pg_switch_wal()")
            }
            try await other.psql("CHECKPOINT")
            try await other.stop()
            try await Program("cp")(["-r", archive, foreign])
        }
        let run = try await world.restore("--wal-archive", foreign, "--dry-run")
        #expect(run.status == 17 && run.errors.contains("it is of cluster"), "\(run)")
    }

    private static func expectMissingObject(_ world: RestoreWorld) async throws {
        let archive = "\(world.store)/base/\(world.tablespace).tar.gz"
        try FileManager.default.moveItem(atPath: archive, toPath: world.directory.path("lost.tar.gz"))
        let run = try await world.restore("--backup", "base", "--dry-run")
        #expect(run.status == 7 && run.errors.contains(world.tablespace), "\(run)")
        try FileManager.default.moveItem(atPath: world.directory.path("lost.tar.gz"), toPath: archive)
    }

    private struct PlanDocument: Decodable {
        struct Plan: Decodable {
            var unmapped: [Unmapped]
            var refusals: [Refusal]
            var window: Window?
        }
        struct Unmapped: Decodable { var oid: Int }
        struct Refusal: Decodable { var exitStatus: Int }
        struct Window: Decodable {}
        var exitStatus: Int
        var plan: Plan
    }
}
