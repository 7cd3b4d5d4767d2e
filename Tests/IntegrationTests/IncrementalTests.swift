// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("incremental backups", .serialized)
struct IncrementalTests {
    @Test(Requires.postgres(.v18), .timeLimit(.minutes(20)))
    func `are inspected down to their blocks, and need their whole chain in the store`() async throws {
        try await TemporaryDirectory.with { place in
            try await Self.makeChain(in: place)
            let whole = try await Binary()("verify", place.path("store"), "--json", "--no-history")
            #expect(whole.status == 0, "\(whole)")
            for label in ["full", "changes", "more"] {
                #expect(try whole.verification().backup(label)?.level == "inspected", "\(label)")
            }
            try await Self.loseTheMiddle(of: place)
            try await Self.damageABlock(in: place)
            try await Self.damageTheRoot(in: place)
        }
    }

    /// `more` builds on `changes`, which builds on `full`.
    private static func makeChain(in place: TemporaryDirectory) async throws {
        let settings = ["summarize_wal = on"]
        try await PostgresCluster.with(.v18, initdb: ["--wal-segsize=1"], settings: settings) { cluster in
            try await cluster.psql(
                "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 50000) n")
            try await cluster.baseBackup(into: place.path("store/full"), ["-Ft"])
            for (label, parent) in [("changes", "full"), ("more", "changes")] {
                try await cluster.psql("UPDATE t SET n = 0 WHERE n IN (1, 20000, 40000)")
                // Beside the server's socket, where its user may read it.
                let manifest = try cluster.makeDirectory("parent-of-\(label)") + "/backup_manifest"
                try FileManager.default.copyItem(
                    atPath: place.path("store/\(parent)/backup_manifest"), toPath: manifest)
                try await Program("chmod")(["a+r", manifest])
                try await cluster.baseBackup(
                    into: place.path("store/\(label)"), ["-Ft", "--incremental=\(manifest)"])
            }
        }
        for label in ["full", "changes", "more"] { try await writeSumFile(in: place.path("store/\(label)")) }
    }

    private static func loseTheMiddle(of place: TemporaryDirectory) async throws {
        let (kept, lost) = (place.path("changes"), place.path("store/changes"))
        try FileManager.default.moveItem(atPath: lost, toPath: kept)
        let run = try await Binary()("verify", place.path("store"), "--json", "--no-history")
        let orphan = try #require(try run.verification().backup("more"))
        #expect(run.status == 7 && orphan.verdict == "incomplete" && orphan.level == "checksummed")
        #expect(
            orphan.errors.isEmpty && orphan.problems.contains { $0.code == "MISSING_PARENT" }, "\(orphan)")
        #expect(try run.verification().backup("full")?.verdict == "verified")

        try FileManager.default.moveItem(atPath: kept, toPath: lost)
        let (root, away) = (place.path("store/full"), place.path("full"))
        try FileManager.default.moveItem(atPath: root, toPath: away)
        let rootless = try await Binary()("verify", place.path("store"), "--json", "--no-history")
        for label in ["changes", "more"] {
            let child = try #require(try rootless.verification().backup(label))
            #expect(
                child.errors.isEmpty && child.problems.contains { $0.code == "MISSING_PARENT" }, "\(child)")
        }
        try FileManager.default.moveItem(atPath: away, toPath: root)
    }

    /// With a manifest and sums that agree with the damage.
    private static func damageABlock(in place: TemporaryDirectory) async throws {
        let folder = place.path("block/changes")
        let surgeon = try BackupSurgeon(copying: place.path("store/changes"), to: folder)
        let changed = surgeon.base.members.filter {
            $0.name.contains("INCREMENTAL.") && $0.content.count > 16_000
        }
        let name = try #require(changed.first?.name)
        try surgeon.change(name) { $0[8192 + 4000] ^= 1 }
        surgeon.rewriteManifest()
        try await surgeon.write()
        for label in ["full", "more"] {
            try FileManager.default.copyItem(
                atPath: place.path("store/\(label)"), toPath: place.path("block/\(label)"))
        }
        let run = try await Binary()("verify", place.path("block"), "--json", "--no-history")
        let damaged = try #require(try run.verification().backup("changes"))
        #expect(run.status == 1 && damaged.errors.map(\.code) == ["PAGE_CHECKSUM"], "\(damaged)")
        #expect(damaged.errors.first?.member?.contains("INCREMENTAL.") == true)
        #expect(damaged.errors.first?.message.contains("it was like this when backed up") == true)
        #expect(try run.verification().backup("full")?.verdict == "verified")
        let child = try #require(try run.verification().backup("more"))
        #expect(child.verdict == "damaged" && child.errors.map(\.code) == ["DAMAGED_PARENT"], "\(child)")
    }

    private static func damageTheRoot(in place: TemporaryDirectory) async throws {
        let binary = try Binary()
        // What 'changes' builds on stands in its archive, and nobody has looked into that yet.
        let alone = try await binary("verify", place.path("store"), "--backup", "more", "--json")
        #expect(alone.status == 7, "\(alone)")
        let problems = try #require(try alone.verification().backup("more")).problems
        #expect(problems.contains { $0.code == "MISSING_PARENT" && $0.message.contains("not known") })
        #expect(try await binary("verify", place.path("store")).status == 0)
        let sound = try await binary("verify", place.path("store"), "--backup", "more", "--json")
        #expect(sound.status == 0, "\(sound)")
        let base = place.path("store/full/base.tar")
        let handle = try FileHandle(forUpdating: URL(filePath: base))
        try handle.seek(toOffset: 2_000_000)
        try handle.write(contentsOf: Data([UInt8](repeating: 0xA5, count: 100)))
        try handle.close()
        let run = try await binary("verify", place.path("store"), "--json")
        let document = try run.verification()
        #expect(run.status == 1)
        for label in ["changes", "more"] {
            let child = try #require(document.backup(label))
            #expect(child.verdict == "damaged" && child.errors.map(\.code) == ["DAMAGED_PARENT"], "\(child)")
            #expect(child.objects.allSatisfy { $0.verdict == "verified" })
        }
        // Alone, the child stands as the history says of those that it builds on.
        let again = try await binary("verify", place.path("store"), "--backup", "more", "--json")
        let child = try #require(try again.verification().backup("more"))
        #expect(again.status == 1 && child.errors.map(\.code) == ["DAMAGED_PARENT"], "\(child)")
        // A look that is less close does not make the parent sound again.
        try await Self.damageIsNotListedAway(place, binary)
    }

    private static func damageIsNotListedAway(_ place: TemporaryDirectory, _ binary: Binary) async throws {
        let listed = try await binary("verify", place.path("store"), "--backup", "full", "--level", "listed")
        #expect(listed.status == 0, "\(listed)")
        let child = try await binary("verify", place.path("store"), "--backup", "more")
        #expect(child.status == 1, "\(child)")
    }
}
