// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// `pg_basebackup -Fp -T OLD=NEW`: tablespaces stand beside the data directory, behind links.
@Suite("a data directory whose tablespaces are links", .serialized)
struct RestoreLinksTests {
    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `is verified and restored from where they lead to`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version) { world in
            try await Self.backUp(world, "absolute", space: "space")
            try await Self.backUp(world, "relative", space: "a-space")
            try FileManager.default.removeItem(atPath: Self.link(world, "relative"))
            try FileManager.default.createSymbolicLink(
                atPath: Self.link(world, "relative"), withDestinationPath: "../../a-space")
            try await Self.backUp(world, "summed", space: "space")
            try await writeSumFile(in: "\(world.store)/summed/data")
            try await Self.expectVerified(world)
            let origin = try await world.dump()
            for label in ["absolute", "relative", "summed"] {
                try await Self.expect(origin, of: "\(label)/data", in: world)
            }
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `is not read when they lead elsewhere, and the way out is said`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await Self.backUp(world, "label", space: "space")
            let data = "\(world.store)/label/data"
            let verified = try await world.binary("verify", data)
            #expect(verified.status == 5, "\(verified)")
            #expect(verified.output.contains("leads out of '\(data)'"), "\(verified)")
            #expect(verified.output.contains("give a LOCATION that holds both"), "\(verified)")
            let restored = try await world.restore(from: data)
            #expect(restored.status == 5 && restored.errors.contains("give a LOCATION"), "\(restored)")
            #expect(world.isUntouched, "nothing is read in vain")
            let above = try await world.restore(from: "\(world.store)/label")
            #expect(above.status == 0, "\(above)")
        }
    }

    @Test(Requires.postgres(.v16), .timeLimit(.minutes(20)))
    func `is damaged when a file behind one is`() async throws {
        try await RestoreWorld.with(.v16) { world in
            try await Self.backUp(world, "label", space: "space")
            let find = "find \(world.store)/label/space -type f -size +100k | head -n 1"
            let file = try await Program("sh")(["-c", find]).trimmingCharacters(in: .newlines)
            try await Program("sh")(
                ["-c", "printf x | dd of=\(file) bs=1 seek=9000 conv=notrunc status=none"])
            let restored = try await world.restore()
            #expect(restored.status == 1 && restored.errors.contains("'pg_tblspc/"), "\(restored)")
            #expect(world.isUntouched)
        }
    }

    // MARK: What the tests above are written with

    /// A backup as pg_basebackup leaves it: `LABEL/data`, and the tablespace beside it.
    private static func backUp(_ world: RestoreWorld, _ label: String, space: String) async throws {
        let folder = "\(world.store)/\(label)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // pg_basebackup runs as the user of the server.
        try await Program("chmod")(["777", folder])
        let old = try await world.cluster.psql("SELECT pg_tablespace_location(\(world.tablespace))")
        try await world.cluster.program("pg_basebackup")(
            world.cluster.connection + [
                "-D", "\(folder)/data", "-c", "fast", "--no-sync", "-Fp", "-T", "\(old)=\(folder)/\(space)",
            ])
    }

    private static func link(_ world: RestoreWorld, _ label: String) -> String {
        "\(world.store)/\(label)/data/pg_tblspc/\(world.tablespace)"
    }

    private static func expectVerified(_ world: RestoreWorld) async throws {
        let run = try await world.binary("verify", world.store, "--json")
        #expect(run.status == 0, "\(run)")
        let document = try run.document(VerificationDocument.self)
        #expect(document.backups.map(\.label) == ["absolute/data", "relative/data", "summed/data"])
        for backup in document.backups {
            #expect(backup.level == "inspected" && backup.errors.isEmpty, "\(backup)")
            #expect(backup.objects.contains { $0.name.hasPrefix("pg_tblspc/\(world.tablespace)/PG_") })
        }
        let listing = try await world.binary("list", world.store)
        #expect(!listing.output.contains("belongs to no backup"), "\(listing)")
    }

    private static func expect(_ origin: String, of label: String, in world: RestoreWorld) async throws {
        let proven = try await world.restore("--backup", label, "--no-start")
        #expect(proven.status == 0, "\(label): \(proven)")
        let output = try await world.cluster.verifyBackup(
            ["-i", "tablespace_map", "-i", "backup.sha256", world.target])
        #expect(output.contains("successfully verified"), "\(label): \(output)")
        try world.removeRestored()
        let run = try await world.restore("--backup", label)
        #expect(run.status == 0, "\(label): \(run)")
        let path = "\(world.target)/pg_tblspc/\(world.tablespace)"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == world.space)
        #expect(try await world.restoredDump() == origin, "\(label)")
        try world.removeRestored()
    }
}
