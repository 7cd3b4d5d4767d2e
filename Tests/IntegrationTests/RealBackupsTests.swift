// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("backups that PostgreSQL made", .serialized)
struct RealBackupsTests {
    private static let chunk: UInt64 = 8 << 20

    @Test(
        Requires.postgres(.v15, .v16, .v18), Requires.rclone, Requires.moto,
        arguments: PostgresCluster.Version.allCases)
    func `are sound from disk and from two S3 servers, until a byte rots`(
        version: PostgresCluster.Version
    ) async throws {
        try await RealBackups.with(version) { backups in
            let disk = try Binary()
            let run = try await disk("verify", backups.store, "--json")
            try await expectSound(run, backups, kinds: version == .v15 ? 10 : 8)
            let again = try await disk("verify", backups.store, "--json")
            try await expectSound(again, backups, kinds: version == .v15 ? 10 : 8)

            try await verifyByRclone(backups)
            try await verifyByMoto(backups)
            try await findRot(backups, disk)
        }
    }

    /// All are sound to the last byte of their contents, but for the one that was taken without WAL.
    private func expectSound(_ run: BinaryRun, _ backups: RealBackups, kinds: Int) async throws {
        let document = try run.verification()
        let lacksWAL = document.backup("none") != nil
        #expect(run.status == (lacksWAL ? 7 : 0) && document.exitStatus == run.status, "\(run.errors)")
        #expect(document.verdict == (lacksWAL ? "incomplete" : "verified"))
        #expect(document.backups.count == kinds)
        for backup in document.backups {
            let isWhole = backup.label != "none"
            #expect(backup.verdict == (isWhole ? "verified" : "incomplete"), "\(backup.label)")
            #expect(backup.level == (isWhole ? "inspected" : "checksummed"), "\(backup.label)")
            // The info file's time is made up.
            let codes = backup.problems.map(\.code).filter { $0 != "INFO_CONTRADICTS" }
            #expect(codes == (isWhole ? [] : ["WAL_GAP"]), "\(backup)")
            #expect(backup.errors.isEmpty, "\(backup)")
            let sums = try await backups.sums(of: backup.label)
            #expect(Set(backup.objects.map(\.name)) == Set(sums.keys), "\(backup.label)")
            for object in backup.objects {
                #expect(object.sha256 == sums[object.name], "\(backup.label)/\(object.name)")
            }
        }
    }

    private func verifyByRclone(_ backups: RealBackups) async throws {
        try await RcloneServer.with(serving: backups.directory.path) { rclone in
            var binary = try Binary()
            let words = ["verify", "s3://\(RealBackups.bucket)", "-e", rclone.endpoint, "--json"]
            binary.environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "guessed"
            let refused = try await binary.run(words)
            #expect(refused.status == 5, "\(refused)")
            binary.environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
            let run = try await binary.run(words)
            let kinds = try FileManager.default.contentsOfDirectory(atPath: backups.store).count
            try await expectSound(run, backups, kinds: kinds)
            let again = try await binary.run(words)
            try await expectSound(again, backups, kinds: kinds)
        }
    }

    /// Small ones only: moto is slow.
    private func verifyByMoto(_ backups: RealBackups) async throws {
        try await MotoServer.with { moto in
            try await moto.makeBucket("moto", versioned: true)
            for label in ["gzip", "space"] {
                try await moto.putDirectory(
                    "\(backups.store)/\(label)", bucket: "moto", prefix: "deep/er/\(label)/")
            }
            var binary = try Binary()
            binary.environment["AWS_ACCESS_KEY_ID"] = moto.accessKeyID
            let words = ["verify", "s3://moto/deep/er", "-e", moto.endpoint, "--json"]
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "guessed"
            let refused = try await binary.run(words)
            #expect(refused.status == 5, "\(refused)")
            binary.environment["AWS_SECRET_ACCESS_KEY"] = moto.secretAccessKey
            let run = try await binary.run(words)
            try await expectSound(run, backups, kinds: 2)
            let space = try #require(run.verification().backup("space"))
            #expect(space.objects.contains { $0.name.contains(/^\d+\.tar\.gz$/) })
        }
    }

    private func findRot(_ backups: RealBackups, _ binary: Binary) async throws {
        try await backups.rot("gzip/base.tar.gz", at: [1_000_003])
        let size = try Data(contentsOf: URL(filePath: "\(backups.store)/tar/base.tar")).count
        try #require(size > 2 * Self.chunk)
        try await backups.rot("tar/base.tar", at: [70, UInt64(size) - 70])
        let run = try await binary("verify", backups.store, "--json")
        #expect(run.status == 1, "\(run.errors)")
        let document = try run.verification()
        let damaged = document.backups.filter { $0.verdict == "damaged" }.map(\.label)
        #expect(damaged.sorted() == ["gzip", "tar"])

        let contents = try #require(document.backup("gzip")?.errors).filter { $0.code != "CHECKSUM_MISMATCH" }
        #expect(!contents.isEmpty, "the damage is named down to what it did to the contents")
        let one = try #require(document.backup("gzip")?.errors).filter { $0.code == "CHECKSUM_MISMATCH" }
        #expect(one.map(\.object) == ["base.tar.gz"] && one.map(\.cause) == ["bit-rot"], "\(one)")
        #expect(one.map(\.offset) == [0])
        let two = try #require(document.backup("tar")?.errors).filter { $0.code == "CHECKSUM_MISMATCH" }
        #expect(two.map(\.object) == ["base.tar", "base.tar"], "\(two)")
        #expect(two.allSatisfy { $0.cause == "bit-rot" && $0.code == "CHECKSUM_MISMATCH" })
        let last = UInt64(size - 70) / Self.chunk * Self.chunk
        #expect(two.map(\.offset).sorted { ($0 ?? 0) < ($1 ?? 0) } == [0, last])
        #expect(two.map(\.length).sorted { ($0 ?? 0) > ($1 ?? 0) } == [Self.chunk, UInt64(size) - last])
    }
}
