// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a cluster whose segments of WAL are large", .serialized)
struct LargeSegmentsTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    /// The private server's `min_wal_size` and `max_wal_size` must be two segments at least.
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)), arguments: [64])
    func `is restored, to the end of the backup and of the archive`(mebibytes: Int) async throws {
        try await RestoreWorld.with(
            .v15, settings: Self.archiving, hasTablespace: false, segmentSize: mebibytes
        ) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("INSERT INTO t SELECT n, 'later' FROM generate_series(1, 100) n")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            try await world.cluster.psql("CHECKPOINT")
            try await world.cluster.stop()
            for (words, rows) in [([], "5000"), (["--wal-archive", archive], "5100")] {
                let run = try await world.restore(words)
                #expect(run.status == 0, "\(mebibytes) MiB, \(words): \(run)")
                #expect(try await world.restoredRows("SELECT count(*) FROM t") == rows)
                try world.removeRestored()
            }
        }
    }

    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `is put together from incremental backups`() async throws {
        try await RestoreWorld.with(
            .v18, settings: ["summarize_wal = on"], hasTablespace: false, segmentSize: 64
        ) { world in
            try await world.backUp("full", ["-Ft", "-z"])
            try await world.cluster.psql("UPDATE t SET md5 = 'changed' WHERE n < 10")
            let manifest = try world.cluster.makeDirectory("parent") + "/backup_manifest"
            try FileManager.default.copyItem(
                atPath: "\(world.store)/full/backup_manifest", toPath: manifest)
            try await Program("chmod")(["a+r", manifest])
            try await world.backUp("changes", ["-Ft", "--incremental=\(manifest)"])
            let run = try await world.restore("--backup", "changes")
            #expect(run.status == 0, "\(run)")
            #expect(try await world.restoredRows("SELECT count(*) FROM t WHERE md5 = 'changed'") == "9")
        }
    }
}
