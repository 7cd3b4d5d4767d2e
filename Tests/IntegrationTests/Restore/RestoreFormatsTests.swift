// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a restored backup", .serialized)
struct RestoreFormatsTests {
    /// A way to take a backup, and what is done to its files afterwards.
    private struct Recipe {
        var label: String
        var arguments: [String]
        /// A shell line, run in the backup's folder.
        var finish = ""
    }

    private static func recipes(_ version: PostgresCluster.Version) -> [Recipe] {
        let tar = ["-Ft", "-X", "stream"]
        let squeeze = { (tool: String) in "for f in *.tar; do \(tool) \"$f\"; done" }
        return [
            Recipe(label: "gzip", arguments: tar + ["-z"]),
            Recipe(label: "tar", arguments: tar),
            Recipe(label: "fetch", arguments: ["-Ft", "-z", "-X", "fetch"]),
            Recipe(label: "zstd", arguments: tar, finish: squeeze("zstd -q --rm")),
            Recipe(label: "lz4", arguments: tar, finish: squeeze("lz4 -q -m --rm")),
            Recipe(label: "bzip2", arguments: tar, finish: squeeze("bzip2")),
            Recipe(label: "standby", arguments: tar + ["-R", "--manifest-checksums=SHA256"]),
        ]
    }

    @Test(
        Requires.postgres(.v15, .v16, .v18), Requires.rclone, .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `holds what its origin held, in every format, from disk and from S3`(
        version: PostgresCluster.Version
    ) async throws {
        try await RestoreWorld.with(version) { world in
            // Backups of a cluster that was failed over hold the history of its timeline, too.
            try await world.cluster.promote()
            for recipe in Self.recipes(version) {
                try await world.backUp(recipe.label, recipe.arguments, hasSums: false)
                try await Program("sh")(["-c", recipe.finish], in: "\(world.store)/\(recipe.label)")
                try await writeSumFile(in: "\(world.store)/\(recipe.label)")
            }
            let origin = try await world.dump()
            for recipe in Self.recipes(version) {
                try await Self.expect(origin, of: recipe.label, in: world)
            }
            try await Self.expectFromS3(origin, world)
        }
    }

    private static func expect(_ origin: String, of label: String, in world: RestoreWorld) async throws {
        let proven = try await world.restore("--backup", label, "--no-start")
        #expect(proven.status == 0, "\(label): \(proven)")
        try await pgVerifyBackup(world, label)
        try world.removeRestored()
        let run = try await world.restore(["--backup", label, "--json"], by: "-P", world.store)
        #expect(run.status == 0, "\(label): \(run)")
        let document = try run.document(RestoredDocument.self)
        #expect(document.recovery?.timeline == 3 && document.phases.map(\.name).contains("recover"))
        #expect(try await world.restoredDump() == origin, "\(label)")
        try world.removeRestored()
    }

    /// PostgreSQL's own checker, on what was written and not yet started; with WAL where its programs read it.
    private static func pgVerifyBackup(_ world: RestoreWorld, _ label: String) async throws {
        let output = try await world.cluster.verifyBackup(
            ["-i", "tablespace_map", "-i", "backup.sha256", world.target])
        #expect(output.contains("successfully verified"), "\(label): \(output)")
    }

    private static func expectFromS3(_ origin: String, _ world: RestoreWorld) async throws {
        try await RcloneServer.with(serving: world.directory.path) { rclone in
            var binary = try Binary()
            binary.environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
            binary.environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
            let labels = try FileManager.default.contentsOfDirectory(atPath: world.store).sorted()
            #expect(labels.count > 2)
            let first = ["--backup", labels[0], "-e", rclone.endpoint, "--no-start"]
            let proven = try await world.restore(first, from: "s3://store", by: binary)
            #expect(proven.status == 0, "\(labels[0]): \(proven)")
            try await pgVerifyBackup(world, labels[0])
            try world.removeRestored()
            for label in labels {
                let options = ["--backup", label, "-e", rclone.endpoint]
                let run = try await world.restore(options, by: "-u", "s3://store", binary)
                #expect(run.status == 0, "\(label): \(run)")
                #expect(try await world.restoredDump() == origin, "\(label) from S3")
                try world.removeRestored()
            }
        }
    }

    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `holds what its origin held, from data directories`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version, hasTablespace: false) { world in
            try await world.backUp("summed", ["-Fp", "-X", "stream"])
            try await world.backUp("unsummed", ["-Fp", "-X", "fetch"], hasSums: false)
            try await world.backUp(
                "standby", ["-Fp", "-X", "stream", "-R", "--manifest-checksums=SHA512"], hasSums: false)
            let origin = try await world.dump()
            for label in ["summed", "unsummed", "standby"] {
                let verified = try await world.binary("verify", "\(world.store)/\(label)", "--json")
                #expect(verified.status == 0, "\(label): \(verified)")
                let run = try await world.restore("--backup", label)
                #expect(run.status == 0, "\(label): \(run)")
                #expect(try await world.restoredDump() == origin, "\(label)")
                try world.removeRestored()
            }
            try await Self.expectFromS3(origin, world)
        }
    }

    /// The cluster is failed over before the last of them.
    @Test(Requires.postgres(.v18), .timeLimit(.minutes(20)))
    func `is put together from incremental ones, tablespaces included`() async throws {
        try await RestoreWorld.with(.v18, settings: ["summarize_wal = on"]) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            var parent = "20251101T000000"
            for (index, label) in ["20251102T000000", "20251103T000000"].enumerated() {
                try await world.cluster.psql("UPDATE t SET md5 = 'x' WHERE n % 100 = \(index)")
                try await world.cluster.psql("UPDATE u SET md5 = 'y' WHERE n % 100 = \(index)")
                if index == 1 { try await world.cluster.promote() }
                let folder = try world.cluster.makeDirectory("parent")
                let manifest = "\(folder)/\(label)"
                try FileManager.default.copyItem(
                    atPath: "\(world.store)/\(parent)/backup_manifest", toPath: manifest)
                try await Program("chmod")(["a+r", manifest])
                try await world.backUp(label, ["-Ft", "-z", "--incremental=\(manifest)"])
                parent = label
            }
            try await Self.expectChain(world)
        }
    }

    private static func expectChain(_ world: RestoreWorld) async throws {
        let proven = try await world.restore("--no-start", "--no-history")
        #expect(proven.status == 0, "\(proven)")
        try await pgVerifyBackup(world, "chain")
        try world.removeRestored()
        let origin = try await world.dump()
        let run = try await world.restore("--json")
        #expect(run.status == 0, "\(run)")
        #expect(try run.document(RestoredDocument.self).phases.map(\.name).contains("combine"))
        #expect(try await world.restoredDump() == origin)
        try world.removeRestored()
        // Without the one in the middle nothing can be put together.
        try FileManager.default.removeItem(atPath: "\(world.store)/20251102T000000")
        let orphan = try await world.restore()
        #expect(orphan.status == 7 && orphan.errors.contains("is not in the store"), "\(orphan)")
        #expect(world.isUntouched)
    }
}
