// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("incremental backups", .serialized)
struct IncrementalTests {
    @Test(Requires.postgres(.v18), .timeLimit(.minutes(5)))
    func `are inspected down to their blocks, and need their parent in the store`() async throws {
        try await TemporaryDirectory.with { place in
            let settings = ["summarize_wal = on"]
            try await PostgresCluster.with(.v18, initdb: ["--wal-segsize=1"], settings: settings) { cluster in
                try await cluster.psql(
                    "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 50000) n")
                try await cluster.baseBackup(into: place.path("store/full"), ["-Ft"])
                try await cluster.psql("UPDATE t SET n = 0 WHERE n IN (1, 20000, 40000)")
                // Beside the server's socket, where its user may read it.
                let manifest = try cluster.makeDirectory("parent") + "/backup_manifest"
                try FileManager.default.copyItem(
                    atPath: place.path("store/full/backup_manifest"), toPath: manifest)
                try await Program("chmod")(["a+r", manifest])
                try await cluster.baseBackup(
                    into: place.path("store/changes"), ["-Ft", "--incremental=\(manifest)"])
            }
            for label in ["full", "changes"] { try await writeSumFile(in: place.path("store/\(label)")) }
            let whole = try await Binary()("verify", place.path("store"), "--json", "--no-history")
            let child = try #require(try whole.verification().backup("changes"))
            #expect(whole.status == 0 && child.level == "inspected", "\(child)")

            let alone = place.path("alone")
            try FileManager.default.createDirectory(atPath: alone, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: place.path("store/changes"), toPath: "\(alone)/changes")
            let orphan = try await Binary()("verify", alone, "--json", "--no-history")
            let found = try #require(try orphan.verification().backups.first)
            #expect(orphan.status == 7 && found.level == "checksummed", "\(found)")
            #expect(found.problems.contains { $0.code == "MISSING_PARENT" })

            try await damageABlock(of: "\(alone)/changes", to: place.path("store/changes"))
            let damaged = try await Binary()("verify", place.path("store"), "--json", "--no-history")
            let errors = try #require(try damaged.verification().backup("changes")).errors
            #expect(damaged.status == 1 && errors.map(\.code) == ["PAGE_CHECKSUM"], "\(errors)")
            #expect(errors.first?.member?.contains("INCREMENTAL.") == true)
        }
    }

    /// With a manifest and sums that agree with the damage.
    private func damageABlock(of source: String, to folder: String) async throws {
        let surgeon = try BackupSurgeon(copying: source, to: folder)
        let changed = surgeon.base.members.filter {
            $0.name.contains("INCREMENTAL.") && $0.content.count > 16_000
        }
        let name = try #require(changed.first?.name)
        try surgeon.change(name) { $0[8192 + 4000] ^= 1 }
        surgeon.rewriteManifest()
        try await surgeon.write()
    }
}
