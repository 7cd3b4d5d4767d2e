// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a backup in another shape than pg_basebackup's", .serialized)
struct ForeignShapesTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is verified where tar packed it again, and its damage is named`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("made", ["-Ft", "-X", "fetch"])
            for format in ["gnu", "pax"] {
                try await Self.repack("made", as: format, "--format=\(format)", in: world)
                let run = try await world.binary(
                    "verify", "\(world.store)/\(format)", "--json", "--no-history")
                let backup = try #require(try run.verification().backups.first)
                #expect(run.status == 0, "\(run)")
                #expect(backup.findings.map(\.code).contains("REPACKED_ARCHIVE"), "\(backup)")
            }
            let folder = "\(world.store)/gnu"
            try await Program("sh")(
                [
                    "-c",
                    "mkdir d; tar -xf base.tar -C d; echo x >> d/PG_VERSION; tar -cf base.tar -C d .; rm -r d",
                ], in: folder)
            try await writeSumFile(in: folder)
            let damaged = try await world.binary("verify", folder, "--json", "--no-history")
            #expect(damaged.status == 1, "\(damaged)")
            let codes = try #require(try damaged.verification().backups.first).errors.map(\.code)
            #expect(codes.contains("MEMBER_SIZE") && !codes.contains("FORBIDDEN_MEMBER"), "\(codes)")
            try await Self.repack("made", as: "bare", "--format=gnu", in: world)
            try FileManager.default.removeItem(atPath: "\(world.store)/bare/backup_manifest")
            try await writeSumFile(in: "\(world.store)/bare")
            let bare = try await world.binary("verify", "\(world.store)/bare", "--json", "--no-history")
            // Nothing vouches for what is in it.
            #expect(bare.status == 7, "\(bare)")
            let notes = try #require(try bare.verification().backups.first).findings.map(\.code)
            #expect(Set(notes).isSuperset(of: ["UNSUPPORTED_FORMAT", "MANIFEST_MISSING"]), "\(notes)")
            let restored = try await world.restore("--backup", "pax", "--no-history")
            #expect(restored.status == 0, "\(restored)")
            #expect(try await world.restoredDump() == world.dump())
        }
    }

    private static func repack(
        _ label: String, as other: String, _ option: String, in world: RestoreWorld
    ) async throws {
        let (from, to) = ("\(world.store)/\(label)", "\(world.store)/\(other)")
        let script = """
            cp -r '\(from)' '\(to)'; mkdir '\(to)/d'; tar -xf '\(to)/base.tar' -C '\(to)/d'
            tar \(option) -cf '\(to)/base.tar' -C '\(to)/d' .; rm -r '\(to)/d'
            """
        try await Program("sh")(["-c", script])
        try await writeSumFile(in: to)
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `is no damage where it is a copy of a cluster that was shut down`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            let origin = try await world.dump()
            try await world.cluster.stop()
            let copy = "\(world.store)/cold"
            try await Program("cp")(["-r", world.cluster.dataDirectory, copy])
            try await writeSumFile(in: copy)
            let run = try await world.binary("verify", copy, "--json", "--no-history")
            #expect(run.status == 0, "\(run)")
            let restored = try await world.restore("--backup", "cold", "--no-history")
            #expect(restored.status == 0, "\(restored)")
            #expect(try await world.restoredDump() == origin)
            let segment = try #require(
                try FileManager.default.contentsOfDirectory(atPath: "\(copy)/pg_wal").first { $0.count == 24 }
            )
            #expect(segment.count == 24)
            try await Program("sh")(["-c", "rm pg_wal/0*"], in: copy)
            try await writeSumFile(in: copy)
            let lost = try await world.binary("verify", copy, "--json", "--no-history")
            #expect(lost.status == 1, "\(lost)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `has its empty tablespaces linked`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            let space = try world.cluster.makeDirectory("empty")
            try await world.cluster.psql("CREATE TABLESPACE empty LOCATION '\(space)'")
            let oid = try await world.cluster.psql("SELECT oid FROM pg_tablespace WHERE spcname = 'empty'")
            let away = try world.cluster.makeDirectory("away")
            try await world.backUp("plain", ["-Fp", "-T", "\(space)=\(away)/there"], hasSums: false)
            try FileManager.default.removeItem(atPath: "\(world.store)/plain/pg_tblspc/\(oid)")
            let unmapped = try await world.restore("--no-history")
            #expect(unmapped.status == 12 && unmapped.errors.contains("--map \(oid)=DIR"), "\(unmapped)")
            let place = world.directory.path("space")
            let restored = try await world.restore("--map", "\(oid)=\(place)", "--no-history")
            #expect(restored.status == 0, "\(restored)")
            #expect(try await world.restoredDump() == world.dump())
            #expect(try await world.restoredRows("CREATE TABLE e (n int) TABLESPACE empty").isEmpty)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `may have its WAL behind a link`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("plain", ["-Fp"], hasSums: false)
            let (folder, elsewhere) = ("\(world.store)/plain", "\(world.store)/wal-of-plain")
            try FileManager.default.moveItem(atPath: "\(folder)/pg_wal", toPath: elsewhere)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/pg_wal", withDestinationPath: elsewhere)
            let inside = try await world.binary("verify", world.store, "--json", "--no-history")
            #expect(inside.status == 0, "\(inside)")
            let restored = try await world.restore("--no-history")
            #expect(restored.status == 0, "\(restored)")
            #expect(try await world.restoredDump() == world.dump())
            try world.removeRestored()
            let outside = try await world.binary("verify", folder, "--json", "--no-history")
            #expect(outside.status == 7, "\(outside)")
            let codes = try #require(try outside.verification().backups.first).problems.map(\.code)
            #expect(Set(codes) == ["WAL_GAP"], "\(codes)")
            let recovered = try await world.restore(
                ["--wal-archive", elsewhere, "--no-history"], from: folder)
            #expect(recovered.status == 0, "\(recovered)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `needs neither manifest nor WAL where there are sums and an archive`() async throws {
        let archive = "archive_command = 'cp %p ../archive/%f'"
        try await RestoreWorld.with(.v15, settings: ["archive_mode = on", archive], hasTablespace: false) {
            world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("bare", ["-Ft", "-X", "none", "--no-manifest"], hasSums: false)
            let unproven = try await world.restore("--wal-archive", archive, "--no-history")
            #expect(unproven.status == 7 && unproven.errors.contains("sha256sum"), "\(unproven)")
            try await writeSumFile(in: "\(world.store)/bare")
            let origin = try await world.dump()
            try await world.cluster.psql("SELECT pg_switch_wal()")
            let restored = try await world.restore("--wal-archive", archive, "--no-history")
            #expect(restored.status == 0, "\(restored)")
            #expect(try await world.restoredDump() == origin)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `may be one of several clusters' in a store`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("orders/full/20251101T000000", ["-Ft"], hasSums: false)
            try await world.backUp("orders/daily/20251102T000000", ["-Fp"], hasSums: false)
            let alone = try await world.restore("--no-history", "--dry-run")
            #expect(alone.status == 0 && alone.output.contains("20251102T000000"), "\(alone)")
            try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { other in
                let folder = "\(world.store)/billing/20251103T000000"
                try await other.baseBackup(into: folder, ["-Ft"])
                try await writeSumFile(in: folder)
            }
            let refused = try await world.restore("--no-history")
            #expect(refused.status == 14, "\(refused)")
            #expect(refused.errors.contains("--backup orders/daily/20251102T000000"), "\(refused)")
            #expect(refused.errors.contains("--backup billing/20251103T000000"), "\(refused)")
            #expect(world.isUntouched)
            let latest = try await world.binary(
                "verify", world.store, "--backup", "latest", "--json", "--no-history")
            #expect(
                try latest.verification().backups.map(\.label) == [
                    "billing/20251103T000000", "orders/daily/20251102T000000",
                ])
            let chosen = try await world.restore("--no-history", from: "\(world.store)/orders")
            #expect(chosen.status == 0 && chosen.output.contains("20251102T000000"), "\(chosen)")
            try world.removeRestored()
            let named = try await world.restore("--backup", "billing/20251103T000000", "--no-history")
            #expect(named.status == 0, "\(named)")
        }
    }
}
