// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a sweep that machines share", .serialized)
struct ShardedSweepTests {
    @Test(Requires.postgres(.v15), Requires.nginx)
    func `gives the history of one machine, first and later, over a real server`() async throws {
        try await RealBackups.with(.v15) { backups in
            try backups.keep(["gzip", "plain-unsummed", "none"])
            try await NginxServer.with(serving: backups.directory.path, bucket: RealBackups.bucket) { nginx in
                let world = try ShardedWorld(stores: Self.store(nginx, RealBackups.bucket, "inspected: 1h"))
                try await Self.expectSame(world, "first", status: 7)
                try await Self.expectSame(world, "later", status: 7)
                try await backups.rot("gzip/base.tar.gz", at: [70_000])
                try await Self.expectSame(world, "rotten", status: 1)
            }
        }
    }

    @Test(Requires.rclone)
    func `meets in a bucket, whose keys are others than those of the store`() async throws {
        try await TemporaryDirectory.with { place in
            try place.makeDirectory("ops")
            let backups = try FileTree()
            for label in ["20251027T143000", "20251028T143000"] {
                try BackupSet.tar(label).write(to: backups)
            }
            try await RcloneServer.with(serving: place.path) { rclone in
                try place.write(
                    Array(
                        "AWS_ACCESS_KEY_ID=\(rclone.accessKeyID)\nAWS_SECRET_ACCESS_KEY=\(rclone.secretAccessKey)\n"
                            .utf8), to: "ops.env")
                let world = try ShardedWorld(
                    stores: "  shop: { location: \(backups.path), prove: { all: { checksummed: 1h } } }",
                    meeting: "s3://ops/nights",
                    reach:
                        ", endpoint: \"\(rclone.endpoint)\", credentials: { env-file: \(place.path("ops.env")) }"
                )
                try await Self.expectSame(world, "first", status: 0)
                let bundles = try FileManager.default.contentsOfDirectory(
                    atPath: place.path("ops/nights/first"))
                #expect(bundles.count == 3 && bundles.allSatisfy { $0.hasSuffix(".bundle") }, "\(bundles)")
            }
        }
    }

    @Test(Requires.nginx)
    func `reads a large object by ranges of chunks when its states are known`() async throws {
        try await LargeObject.with { large in
            try await NginxServer.with(serving: large.directory.path, bucket: LargeObject.bucket) { nginx in
                let world = try ShardedWorld(stores: Self.store(nginx, LargeObject.bucket, "checksummed: 1h"))
                try await Self.expectSame(world, "first", status: 0)
                let shards = try await Self.expectSame(world, "later", status: 0)
                let read = shards.map { $0.document.works.reduce(0) { $0 + $1.bytesRead } }
                #expect(read.allSatisfy { $0 > 100_000_000 && $0 < 200_000_000 }, "\(read)")
                #expect(read.reduce(0, +) < LargeObject.size + 1_000_000)
            }
        }
    }

    /// A sweep by one machine, and one by three, that come to the same.
    @discardableResult
    private static func expectSame(
        _ world: ShardedWorld, _ round: String, status: Int32
    ) async throws -> [ShardRun] {
        let alone = try await world.sweepAlone()
        #expect(alone.status == status, "\(alone)")
        let (shards, merge) = try await world.sweepTogether(round, 3)
        #expect(merge.status == status, "\(merge)")
        if status == 1 { #expect(shards.map(\.run.status).max() == 1) }
        try Self.expectNoDifference(world, round)
        let again = try await world.merge(round)
        #expect(again.output.contains("3 merged before"), "\(again)")
        #expect(again.status == status)
        try Self.expectNoDifference(world, "\(round), merged twice")
        return shards
    }

    private static func expectNoDifference(_ world: ShardedWorld, _ when: String) throws {
        let differences = try world.differences()
        #expect(differences == [], "\(when)")
    }

    private static func store(_ nginx: NginxServer, _ bucket: String, _ proof: String) -> String {
        """
          shop:
            location: s3://\(bucket)
            endpoint: \(nginx.endpoint)
            credentials: { anonymous: true }
            posture: off
            prove: { all: { \(proof) } }
        """
    }
}

extension RealBackups {
    /// Takes the others away: each is read again and again.
    fileprivate func keep(_ labels: Set<String>) throws {
        for label in try FileManager.default.contentsOfDirectory(atPath: store) where !labels.contains(label)
        {
            try FileManager.default.removeItem(atPath: "\(store)/\(label)")
        }
    }
}
