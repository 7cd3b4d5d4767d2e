// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("an archive with several timelines", .serialized)
struct TimelineChoiceTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    /// A clone that was promoted archives to the place of production, which goes on.
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is followed by nobody's guess when a clone has archived there`() async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE p (i int, what text)")
            try await Self.add(0, "before", world.cluster)
            let moment = try await world.cluster.psql("SELECT clock_timestamp()")
            try await Self.add(1, "before", world.cluster)
            let parting = try await world.cluster.psql("SELECT pg_current_wal_insert_lsn()")
            try await world.cluster.withStandby { clone in
                try await Self.promote(clone, archivingTo: archive)
                try await Self.add(2, "clone", clone)
                try await Self.add(3, "clone", clone)
                try await clone.psql("CHECKPOINT")
                try await clone.stop()
            }
            for row in 2...6 { try await Self.add(row, "production", world.cluster) }
            try await world.cluster.stop()
            let options = ["--wal-archive", archive]
            let open = try await world.restore(options)
            #expect(open.status == 12 && open.errors.contains("--timeline 1|2"), "\(open)")
            #expect(open.output.contains("TO BE CHOSEN") && world.isUntouched, "\(open)")
            for (timeline, rows, left) in [
                ("current", "before,production", "timeline 2"), ("1", "before,production", "timeline 2"),
                ("latest", "before,clone", "timeline 1"), ("2", "before,clone", "timeline 1"),
            ] {
                let run = try await world.restore(options + ["--timeline", timeline])
                #expect(run.status == 0 && run.output.contains("warning: \(left) has WAL"), "\(run)")
                let found = try await world.restoredRows(
                    "SELECT string_agg(DISTINCT what, ',' ORDER BY what) FROM p")
                #expect(found == rows, "\(timeline)")
                try world.removeRestored()
            }
            // Before they part, all are the same.
            let same = try await world.restore(options + ["--to-lsn", parting, "--dry-run"])
            #expect(same.status == 0 && same.output.contains("all are the same up to the goal"), "\(same)")
            let earlier = try await world.restore(options + ["--to-time", moment])
            #expect(
                earlier.status == 0 && earlier.output.contains("all are the same up to the goal"),
                "\(earlier)")
            #expect(try await world.restoredRows("SELECT max(i) FROM p") == "0")
            try world.removeRestored()
            // A history without WAL leads nowhere.
            for name in try FileManager.default.contentsOfDirectory(atPath: archive)
            where name.hasPrefix("00000002") && !name.hasSuffix(".history") {
                try FileManager.default.removeItem(atPath: "\(archive)/\(name)")
            }
            let lone = try await world.restore(options)
            #expect(lone.status == 0 && lone.output.contains("only its history is there"), "\(lone)")
            #expect(try await world.restoredRows("SELECT count(*) FROM p WHERE what = 'production'") == "5")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is followed to its newest after a failover, without a question`() async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE p (i int, what text)")
            try await Self.add(1, "one", world.cluster)
            try await world.cluster.promote()
            try await Self.add(2, "two", world.cluster)
            try await world.cluster.psql("CHECKPOINT")
            try await world.cluster.stop()
            let run = try await world.restore("--wal-archive", archive)
            #expect(run.status == 0 && run.output.contains("timeline    2, begun at"), "\(run)")
            #expect(!run.output.contains("that is not in the restored databases"), "\(run)")
            #expect(try await world.restoredRows("SELECT count(*) FROM p") == "2")
            try world.removeRestored()
            // Its WAL without its history can be followed by nobody, and that is said before and after.
            try FileManager.default.removeItem(atPath: "\(archive)/00000002.history")
            let told = "timeline 2 has WAL in the archive and no history"
            let plan = try await world.restore("--wal-archive", archive, "--dry-run")
            #expect(plan.status == 0 && plan.output.contains(told), "\(plan)")
            let lost = try await world.restore("--wal-archive", archive)
            #expect(lost.status == 0 && lost.output.contains("warning: \(told)"), "\(lost)")
        }
    }

    /// The server that was left has archived the segment in which the other one was promoted, with a commit of its own.
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `tells of a commit behind the failover, in its very segment`() async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE p (i int, what text)")
            try await Self.add(1, "before", world.cluster)
            try await world.cluster.withStandby { other in
                try await Self.promote(other, archivingTo: archive)
                try await Self.add(2, "new", other)
                try await other.psql("CHECKPOINT")
                try await other.stop()
            }
            let segment = try await world.cluster.psql(
                "SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
            try await Self.add(2, "old", world.cluster)
            for _ in 0..<300 where !FileManager.default.fileExists(atPath: "\(archive)/\(segment)") {
                try await Task.sleep(for: .milliseconds(100))
            }
            // In good order it would archive one more.
            try await world.cluster.stop(mode: "immediate")
            let run = try await world.restore("--wal-archive", archive)
            #expect(run.status == 0 && run.output.contains("warning: timeline 1 has WAL"), "\(run)")
            #expect(
                try await world.restoredRows("SELECT string_agg(what, ',' ORDER BY i) FROM p") == "before,new"
            )
        }
    }

    private static func add(_ row: Int, _ what: String, _ cluster: PostgresCluster) async throws {
        try await cluster.psql("INSERT INTO p VALUES (\(row), '\(what)')")
        try await cluster.psql("SELECT pg_switch_wal()")
    }

    private static func promote(_ clone: PostgresCluster, archivingTo archive: String) async throws {
        try await clone.psql(
            "ALTER SYSTEM SET archive_command = 'test -f \(archive)/%f || cp %p \(archive)/%f'")
        try await clone.psql("SELECT pg_reload_conf()")
        try await clone.psql("SELECT pg_promote()")
    }
}
