// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("what PostgreSQL cannot do without", .serialized)
struct SkeletonTests {
    /// What is moved out of the data directory behind a link before the backup is made; in the folder of a database.
    private static let losses = [
        "base/DATABASE", "base/DATABASE/PG_VERSION", "base/DATABASE/pg_filenode.map", "pg_xact",
        "global/pg_filenode.map",
    ]

    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(10)),
        arguments: PostgresCluster.Version.allCases)
    func `is missing where it was a link when the backup was made`(version: PostgresCluster.Version)
        async throws
    {
        try await TemporaryDirectory.with { place in
            try await PostgresCluster.with(version, initdb: ["--data-checksums", "--wal-segsize=1"]) {
                cluster in
                try await cluster.psql("CREATE DATABASE orders")
                let database = try await cluster.psql("SELECT oid FROM pg_database WHERE datname = 'orders'")
                try await cluster.psql("CHECKPOINT")
                for (index, loss) in Self.losses.enumerated() {
                    let path = loss.replacingOccurrences(of: "DATABASE", with: database)
                    try await Self.expectLoss(of: path, in: cluster, place.path("\(index)"))
                }
                try await Self.expectComingAndGoing(cluster, place.path("moving"))
            }
        }
    }

    private static func expectLoss(
        of path: String, in cluster: PostgresCluster, _ store: String
    ) async throws {
        let (inside, outside) = (
            "\(cluster.dataDirectory)/\(path)", try cluster.makeDirectory("elsewhere") + "/it"
        )
        try FileManager.default.moveItem(atPath: inside, toPath: outside)
        try FileManager.default.createSymbolicLink(atPath: inside, withDestinationPath: outside)
        for (label, arguments) in [("tar", ["-Ft"]), ("plain", ["-Fp"])] {
            try await cluster.baseBackup(into: "\(store)/\(label)", arguments)
            try await writeSumFile(in: "\(store)/\(label)")
        }
        try FileManager.default.removeItem(atPath: inside)
        try FileManager.default.moveItem(atPath: outside, toPath: inside)
        let run = try await Binary()("verify", store, "--json", "--no-history")
        for label in ["tar", "plain"] {
            let backup = try #require(try run.verification().backup(label))
            #expect(run.status == 1 && backup.verdict == "damaged", "\(path) \(label): \(run)")
            #expect(
                backup.findings.contains {
                    $0.code == "MISSING_MEMBER" && $0.severity == "error" && $0.member == path
                }, "\(path) \(label): \(backup)")
        }
    }

    /// Databases made and dropped before the backup and while it runs are no damage.
    private static func expectComingAndGoing(_ cluster: PostgresCluster, _ store: String) async throws {
        try await cluster.psql("CREATE DATABASE gone")
        try await cluster.psql("CHECKPOINT")
        try await cluster.psql("DROP DATABASE gone")
        try await cluster.psql("CREATE DATABASE fresh")
        let space = try cluster.makeDirectory("space")
        try await cluster.psql("CREATE TABLESPACE space LOCATION '\(space)'")
        try await cluster.psql("CREATE DATABASE beyond TABLESPACE space")
        try await cluster.psql("CREATE TABLE t (n int)", database: "beyond")
        try await cluster.baseBackup(into: "\(store)/tar", ["-Ft"])
        try await writeSumFile(in: "\(store)/tar")
        let run = try await Binary()("verify", store, "--json", "--no-history")
        let backup = try #require(try run.verification().backup("tar"))
        #expect(run.status == 0 && !backup.problems.contains { $0.code == "MISSING_MEMBER" }, "\(run)")
    }
}
