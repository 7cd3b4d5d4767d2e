// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@Suite("a restore that fails", .serialized)
struct RestoreFailuresTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `leaves nothing behind and says why`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            try await Self.scripts(world)
            try await Self.server(world)
            try await Self.targets(world)
            try await Self.damage(world)
        }
    }

    private static func scripts(_ world: RestoreWorld) async throws {
        let folder = try world.directory.makeDirectory("scripts")
        try "CREATE TABLE made AS SELECT 1 AS a;".write(
            toFile: "\(folder)/1.sql", atomically: true, encoding: .utf8)
        try "\\c template1\nCREATE TABLE there (b int);\n".write(
            toFile: "\(folder)/2.sql", atomically: true, encoding: .utf8)
        var binary = world.binary
        binary.environment["POST_INIT_SCRIPT_USER"] = "postgres"
        let missing = try await world.restore("-I", folder, by: binary)
        #expect(missing.status == 11 && missing.errors.contains("POST_INIT_SCRIPT_DATABASE"), "\(missing)")
        binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
        let run = try await world.restore("-I", folder, "--json", by: binary)
        #expect(run.status == 0, "\(run)")
        #expect(try run.document(RestoredDocument.self).scriptsRun == ["1.sql", "2.sql"])
        #expect(try await world.restoredRows("SELECT a FROM made") == "1")
        try world.removeRestored()

        try "SELECT 1;\nSELECT nothing FROM nowhere;\n".write(
            toFile: "\(folder)/3.sql", atomically: true, encoding: .utf8)
        let failed = try await world.restore("-I", folder, by: binary)
        #expect(failed.status == 17, "\(failed)")
        #expect(failed.errors.contains("3.sql") && failed.errors.contains("nowhere"), "\(failed)")
        #expect(world.isUntouched)
    }

    private static func server(_ world: RestoreWorld) async throws {
        let empty = try world.directory.makeDirectory("empty")
        let none = try await world.restore("--pg-bin", empty)
        #expect(none.status == 10, "\(none)")
        let other = try await world.restore("-p", "16")
        #expect(other.status == 14 && other.errors.contains("PostgreSQL 15, not 16"), "\(other)")
        // What is only to be used later is looked at all the same.
        let strange = try world.directory.makeDirectory("strange")
        try "#!/bin/sh\necho 'postgres (PostgreSQL) 16.1'\n".write(
            toFile: "\(strange)/postgres", atomically: true, encoding: .utf8)
        try await Program("chmod")(["755", "\(strange)/postgres"])
        for outcome in ["--no-start", "--standby"] {
            let later = try await world.restore("--pg-bin", strange, outcome)
            #expect(later.status == 10 && later.errors.contains("version 16 in"), "\(later)")
        }
        // A server that ends at once.
        let broken = try world.directory.makeDirectory("broken")
        let script = "#!/bin/sh\ncase $1 in --version) echo 'postgres (PostgreSQL) 15.0';; *) exit 3;; esac\n"
        try script.write(toFile: "\(broken)/postgres", atomically: true, encoding: .utf8)
        try await Program("chmod")(["755", "\(broken)/postgres"])
        let dead = try await world.restore("--pg-bin", broken)
        #expect(dead.status == 17, "\(dead)")
        #expect(world.isUntouched)
    }

    private static func targets(_ world: RestoreWorld) async throws {
        let running = try await world.binary(
            "restore", world.store, "--target", world.cluster.dataDirectory, "--yes")
        #expect(running.status == 4 && running.errors.contains("PostgreSQL runs on it"), "\(running)")
        try world.directory.write([1], to: "restored/precious")
        let full = try await world.restore()
        #expect(full.status == 4 && full.errors.contains("precious"), "\(full)")
        #expect(FileManager.default.contents(atPath: "\(world.target)/precious") == Data([1]))
        try world.removeRestored()
        // A folder of that name that is nobody's we know.
        try world.directory.write([1], to: ".restored.pg_backctl/theirs")
        let foreign = try await world.restore()
        #expect(foreign.status == 4, "\(foreign)")
        #expect(FileManager.default.fileExists(atPath: "\(world.staging)/theirs"))
        try FileManager.default.removeItem(atPath: world.staging)
        let later = try await world.restore("--map", "16384=/tmp/elsewhere", "--dry-run")
        #expect(later.status == 0 && later.output.contains("when WAL makes it"), "\(later)")
        try world.directory.makeDirectory("restored")
        #expect(try await world.restore("--no-start").status == 0)
        try world.removeRestored()
    }

    private static func damage(_ world: RestoreWorld) async throws {
        let base = "\(world.store)/20251101T000000/base.tar.gz"
        let handle = try FileHandle(forUpdating: URL(filePath: base))
        try handle.seek(toOffset: 50_000)
        try handle.write(contentsOf: Data(repeating: 0, count: 64))
        try handle.close()
        let binary = try Binary()
        let found = try await world.restore(by: binary)
        #expect(found.status == 1 && found.errors.contains("damaged"), "\(found)")
        #expect(world.isUntouched)
        try await Self.acceptDamage(world, binary)
        try await Self.acceptPages(world, binary)
        // From now on it is known, and refused before anything is read.
        let known = try await world.restore("--backup", "20251101T000000", by: binary)
        #expect(known.status == 1 && known.errors.contains("--accept-damage"), "\(known)")
        let other = try await world.restore("--accept-damage", "other", by: binary)
        #expect(other.status == 14, "\(other)")
        let history = try await binary("history", "restores", "--json")
        #expect(history.output.contains("\"exitStatus\" : 1"), "\(history)")
    }

    /// Pages that were damaged before the backup: the server starts, and whoever typed the label has what is left.
    private static func acceptPages(_ world: RestoreWorld, _ binary: Binary) async throws {
        try await world.backUp("tar", ["-Ft"], hasSums: false)
        let surgeon = try BackupSurgeon(copying: "\(world.store)/tar", to: "\(world.store)/20251102T000000")
        try FileManager.default.removeItem(atPath: "\(world.store)/tar")
        let table = try await world.cluster.psql("SELECT pg_relation_filepath('t')")
        try surgeon.change(table) { $0[8192 + 5000] ^= 1 }
        surgeon.rewriteManifest()
        try await surgeon.write()
        let words = ["--backup", "20251102T000000"]
        let refused = try await world.restore(words, by: binary)
        #expect(refused.status == 1 && world.isUntouched, "\(refused)")
        let run = try await world.restore(words + ["--accept-damage", "20251102T000000"], by: binary)
        #expect(run.status == 0 && run.output.contains("do not match their checksums"), "\(run)")
        #expect(try await world.restoredRows("SELECT count(*) FROM pg_database") == "3")
        try world.removeRestored()
        try FileManager.default.removeItem(atPath: "\(world.store)/20251102T000000")
    }

    /// Damage that was typed out is let through; a stream that does not decode leaves nothing to start, though.
    private static func acceptDamage(_ world: RestoreWorld, _ binary: Binary) async throws {
        let run = try await world.restore(
            "--backup", "20251101T000000", "--accept-damage", "20251101T000000", by: binary)
        #expect(run.status == 17 && world.isUntouched, "\(run)")
        let recorded = try binary.query("SELECT accepts_damage FROM restore ORDER BY id DESC LIMIT 1")
        #expect(recorded == ["1"])
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `because the network is gone at 99 % says nothing about the backup`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            // More than the plan looks at.
            try await world.cluster.psql(
                "CREATE TABLE large AS SELECT gen_random_uuid() FROM generate_series(1, 300000)")
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            let folder = "\(world.store)/20251101T000000"
            var objects: [ObjectName: [UInt8]] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let content = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                objects[ObjectName("20251101T000000/\(name)")] = Array(content)
            }
            let end = try #require(objects["20251101T000000/base.tar.gz"]).count * 99 / 100
            let bucket = try ScriptedBucket.start(objects, name: "store") { request, reply in
                let first = request.range?.first ?? 0
                guard request.method == "GET", request.path.hasSuffix("base.tar.gz"),
                    first + reply.body.count > end
                else { return reply }
                return reply.cut(after: max(0, end - first))
            }
            defer { bucket.stop() }
            var binary = try Binary()
            binary.environment["AWS_ACCESS_KEY_ID"] = "id"
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
            let run = try await world.restore("-e", bucket.endpoint, from: "s3://store", by: binary)
            #expect(run.status == 5 && run.errors.contains("could not be read as a whole"), "\(run)")
            #expect(!FileManager.default.fileExists(atPath: world.target))
            bucket.onReply { $1 }
            let next = try await world.restore("-e", bucket.endpoint, from: "s3://store", by: binary)
            #expect(next.status == 0 && next.output.contains("not written again"), "\(next)")
            try world.removeRestored()
            bucket.onReply { request, reply in
                request.path.hasSuffix("base.tar.gz") ? reply.cut(after: reply.body.count / 2) : reply
            }
            #expect(
                try await world.restore("-e", bucket.endpoint, from: "s3://store", by: binary).status == 5)
            bucket.onReply { $1 }
            let anew = try await world.restore(
                "-e", bucket.endpoint, "--restart", from: "s3://store", by: binary)
            #expect(anew.status == 0 && !anew.output.contains("not written again"), "\(anew)")
        }
    }

    /// Room for the files, and not for all that recovery may write.
    private static func expectTight(_ world: RestoreWorld, _ small: String) async throws {
        try await Program("mount")(["-o", "remount,size=40m", small])
        let words = [
            "restore", world.store, "--target", "\(small)/db", "--pg-bin", world.cluster.binaries,
            "--dry-run",
        ]
        let run = try await world.binary.run(words)
        #expect(run.status == 0 && run.output.contains("this may not be enough"), "\(run)")
        let document = try await world.binary.run(words + ["--json"])
        #expect(document.output.contains("\"isTight\" : true"), "\(document)")
        try await Program("mount")(["-o", "remount,size=8m", small])
    }

    @Test(
        Requires.postgres(.v15),
        .enabled(if: geteuid() == 0, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func `for want of space while PostgreSQL recovers says so`() async throws {
        let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        try await RestoreWorld.with(.v15, settings: settings, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            try await world.cluster.psql(
                "CREATE TABLE large AS SELECT repeat('x', 1000) FROM generate_series(1, 90000)")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            try await world.cluster.stop()
            let small = try world.directory.makeDirectory("small")
            try await Program("mount")(["-t", "tmpfs", "-o", "size=80m", "none", small])
            let run = try? await world.binary(
                "restore", world.store, "--target", "\(small)/db", "--pg-bin", world.cluster.binaries,
                "--yes",
                "--wal-archive", archive)
            let left = try? FileManager.default.contentsOfDirectory(atPath: small)
            try await Program("umount")([small])
            let failed = try #require(run)
            #expect(failed.status == 16 && failed.errors.contains("no space left on device"), "\(failed)")
            #expect(left == [])
        }
    }

    @Test(
        Requires.postgres(.v15),
        .enabled(if: geteuid() == 0, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func `for want of space says so before it writes, and after`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            let small = try world.directory.makeDirectory("small")
            try await Program("mount")(["-t", "tmpfs", "-o", "size=8m", "none", small])
            do {
                let run = try await world.binary(
                    "restore", world.store, "--target", "\(small)/db", "--pg-bin", world.cluster.binaries,
                    "--yes")
                #expect(run.status == 16 && run.errors.contains("bytes needed"), "\(run)")
                try await Self.expectTight(world, small)
                // Without a manifest nobody knows beforehand.
                let label = "\(world.store)/20251101T000000"
                try FileManager.default.removeItem(atPath: "\(label)/backup_manifest")
                try await writeSumFile(in: label)
                let blind = try await world.binary(
                    "restore", world.store, "--target", "\(small)/db", "--pg-bin", world.cluster.binaries,
                    "--yes",
                    "--no-history")
                #expect(blind.status == 16, "\(blind)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: small) == [])
            } catch {
                try await Program("umount")([small])
                throw error
            }
            try await Program("umount")([small])
        }
    }
}
