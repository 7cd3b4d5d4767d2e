// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("recovery to a point", .serialized)
struct RecoveryGoalsTests {
    /// What was there between the first transaction and the second.
    private struct Point {
        var time, lsn, transaction: String
    }

    /// One on each of two timelines.
    private struct Points {
        var before, behind: Point
    }

    private static let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    @Test(
        Requires.postgres(.v15, .v18), Requires.rclone, .timeLimit(.minutes(20)),
        arguments: [
            PostgresCluster.Version.v15, .v18,
        ])
    func `between two transactions gives exactly the first, from an archive in S3, on a later timeline too`(
        version: PostgresCluster.Version
    ) async throws {
        try await RestoreWorld.with(version, settings: Self.settings, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            let points = try await Self.live(world.cluster)
            let (point, later) = (points.before, points.behind)
            try await world.cluster.stop()
            try await Self.publish(archive, world)
            try await RcloneServer.with(serving: world.directory.path) { rclone in
                var binary = try Binary()
                binary.environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
                binary.environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
                let options = ["-e", rclone.endpoint, "--wal-archive", "s3://wal/flat"]
                for (goal, rows) in [
                    (["--to-time", point.time], "1"), (["--to-lsn", point.lsn], "1"),
                    (["--to-xid", point.transaction], "1"), (["--to-name", "here"], "1,2"), ([], "1,2,3,4"),
                    (["--timeline", "1"], "1,2"), (["--to-time", later.time], "1,2,3"),
                    (["--to-lsn", later.lsn], "1,2,3"), (["--to-xid", later.transaction], "1,2,3"),
                    (["--to-name", "there"], "1,2,3"),
                    (["--to-time", later.time, "--timeline", "latest"], "1,2,3"),
                    (["--timeline", "current"], "1,2"),
                ] {
                    let run = try await world.restore(options + goal, from: "s3://store", by: binary)
                    #expect(run.status == 0, "\(goal): \(run)")
                    let found = try await world.restoredRows(
                        "SELECT string_agg(i::text, ',' ORDER BY i) FROM p")
                    #expect(found == rows, "\(goal)")
                    try world.removeRestored()
                }
                try await Self.expectOutlook(world, options, binary)
                try await Self.expectUnreachable(world, options, binary)
                try await Self.expectFailures(world, options, binary)
            }
        }
    }

    /// Inserts a row, and tells where that was over and nothing else had begun.
    private static func insert(_ row: Int, _ cluster: PostgresCluster) async throws -> Point {
        let transaction = try await cluster.psql(
            "INSERT INTO p VALUES (\(row)) RETURNING pg_current_xact_id()")
        try await Task.sleep(for: .milliseconds(50))
        let point = Point(
            time: try await cluster.psql("SET timezone = 'UTC'; SELECT clock_timestamp()"),
            lsn: try await cluster.psql("SELECT pg_current_wal_insert_lsn()"), transaction: transaction)
        try await Task.sleep(for: .milliseconds(50))
        return point
    }

    /// Four transactions, two of them on another timeline.
    private static func live(_ cluster: PostgresCluster) async throws -> Points {
        try await cluster.psql("CREATE TABLE p (i int)")
        let before = try await insert(1, cluster)
        try await cluster.psql("INSERT INTO p VALUES (2)")
        try await cluster.psql("SELECT pg_switch_wal()")
        try await cluster.psql("SELECT pg_create_restore_point('here')")
        try await cluster.psql("SELECT pg_switch_wal()")
        try await cluster.promote()
        let behind = try await insert(3, cluster)
        try await cluster.psql("SELECT pg_create_restore_point('there')")
        try await cluster.psql("INSERT INTO p VALUES (4)")
        try await cluster.psql("SELECT pg_switch_wal()")
        try await cluster.psql("CHECKPOINT")
        return Points(before: before, behind: behind)
    }

    /// The archive as a bucket, some of its segments compressed.
    private static func publish(_ archive: String, _ world: RestoreWorld) async throws {
        let bucket = try world.directory.makeDirectory("wal/flat")
        try await Program("sh")(
            [
                "-c",
                "cp \"$0\"/* . && for f in 00000001*; do case $f in *.*) ;; *[13579]) gzip \"$f\";; *[2468]) zstd -q --rm \"$f\";; esac; done",
                archive,
            ],
            in: bucket)
    }

    /// What the plan knows of the archive before anything is read.
    private static func expectOutlook(
        _ world: RestoreWorld, _ options: [String], _ binary: Binary
    ) async throws {
        let plan = options + ["--dry-run"]
        for (goal, timeline, status, words) in [
            ([], 2, 0, "without a gap"), (["--timeline", "1"], 1, 0, "without a gap"),
            (["--to-time", "2199-01-01T00:00:00Z"], 2, 17, "THE ARCHIVE ENDS BEFORE THE GOAL"),
            (["--to-lsn", "FF/0"], 2, 17, "THE ARCHIVE ENDS BEFORE THE GOAL"),
            (["--timeline", "7"], nil, 14, "do not lead from the backup"),
        ] as [([String], Int?, Int32, String)] {
            let run = try await world.restore(plan + goal, from: "s3://store", by: binary)
            #expect(run.status == status && run.output.contains(words), "\(goal): \(run)")
            let json = try await world.restore(plan + goal + ["--json"], from: "s3://store", by: binary)
            let archive = try json.document(PlanDocument.self).plan.archive
            #expect(archive?.timeline == timeline, "\(json)")
            #expect(timeline == nil || archive?.segments ?? 0 > 0, "\(json)")
            #expect(archive?.endsBeforeGoal == (words.hasPrefix("THE") ? true : nil), "\(json)")
        }
        let none = try await world.restore(
            ["--wal-archive", world.cluster.dataDirectory + "/base"], by: binary)
        #expect(none.status == 5 && none.errors.contains("no WAL at all"), "\(none)")
        #expect(world.isUntouched)
    }

    /// `restore --dry-run --json`.
    private struct PlanDocument: Decodable {
        struct Plan: Decodable { var archive: Archive? }
        struct Archive: Decodable {
            var segments: Int
            var timeline: Int
            var endsBeforeGoal: Bool?
        }
        var plan: Plan
    }

    private static func expectUnreachable(
        _ world: RestoreWorld, _ options: [String], _ binary: Binary
    ) async throws {
        for goal in [
            ["--to-time", "2199-01-01T00:00:00Z"], ["--to-lsn", "FF/0"], ["--to-xid", "4000000"],
            ["--to-name", "nowhere"],
        ] {
            let run = try await world.restore(options + goal, from: "s3://store", by: binary)
            #expect(run.status == 17, "\(goal): \(run)")
            #expect(
                run.errors.contains(
                    /(recovered up to WAL position|its WAL ends at) [0-9A-F]+\/[0-9A-F]+, its last transaction of 20/
                ), "\(goal): \(run)")
            // What only recovery shows is missed after all was read, which is kept then.
            #expect(world.isUntouched == (goal[0] == "--to-time" || goal[0] == "--to-lsn"), "\(goal): \(run)")
            let given = try await binary("restore", "--target", world.target, "--discard")
            #expect(given.status == 0 && world.isUntouched, "\(given)")
        }
        let early = try await world.restore(
            options + ["--to-lsn", "0/1"], from: "s3://store", by: binary)
        #expect(early.status == 14 && early.errors.contains("where backup 'base' ends"), "\(early)")
    }

    /// WAL that is damaged or cannot be had is not the end of WAL.
    private static func expectFailures(
        _ world: RestoreWorld, _ options: [String], _ binary: Binary
    ) async throws {
        let local = world.directory.path("wal/flat")
        let names = try FileManager.default.contentsOfDirectory(atPath: local).sorted()
        // One that was lost between others is not the end either.
        let timeline = names.filter {
            $0.hasPrefix("00000001") && !$0.contains("backup") && !$0.contains("partial")
        }
        let lost = try #require(timeline.dropLast().last)
        try FileManager.default.moveItem(atPath: "\(local)/\(lost)", toPath: world.directory.path("lost"))
        let gap = try await world.restore(
            ["--backup", "base", "--wal-archive", local, "--timeline", "1"], by: binary)
        #expect(gap.status == 17 && gap.errors.contains("later WAL"), "\(gap)")
        let further = try await world.restore(["--backup", "base", "--wal-archive", local], by: binary)
        #expect(further.status == 17 && further.errors.contains("later WAL"), "\(further)")
        #expect(world.isUntouched)
        try FileManager.default.moveItem(atPath: world.directory.path("lost"), toPath: "\(local)/\(lost)")
        let file = URL(filePath: "\(local)/\(lost)")
        var content = try Data(contentsOf: file)
        // Where records are: behind a switch nobody reads.
        let middle = min(content.count / 2, 3000)
        content.replaceSubrange(middle..<middle + 64, with: Data(repeating: 0xA5, count: 64))
        try content.write(to: file)
        let run = try await world.restore(
            ["--backup", "base", "--wal-archive", local, "--timeline", "1"], by: binary)
        #expect(run.status == 17 && run.errors.contains("archive of WAL"), "\(run)")
        #expect(world.isUntouched)
    }
}
