// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a chain of incremental backups over a change of data checksums", .serialized)
struct ChecksumChainTests {
    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `is refused where the last has checksums and the first has none`() async throws {
        try await Self.withChain("--no-data-checksums", ["--enable"]) { world in
            let verified = try await world.binary("verify", world.store, "--json", "--no-history")
            let last = try #require(try verified.verification().backup("1"))
            #expect(verified.status == 1 && last.verdict == "damaged", "\(verified)")
            #expect(last.errors.map(\.code) == ["CHAIN_CHECKSUMS"], "\(last)")
            #expect(try verified.verification().backup("0")?.verdict == "verified")
            let restored = try await world.restore("1")
            #expect(restored.status == 1 && restored.errors.contains("checksums"), "\(restored)")
            #expect(!FileManager.default.fileExists(atPath: world.target))
        }
    }

    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `is refused where one in the middle has none`() async throws {
        try await Self.withChain("--data-checksums", ["--disable", "--enable"]) { world in
            let alone = try await world.binary(
                "verify", world.store, "--backup", "2", "--no-history", "--json")
            #expect(alone.status == 7, "\(alone)")
            let verified = try await world.binary("verify", world.store, "--json", "--no-history")
            #expect(verified.status == 1, "\(verified)")
            #expect(try verified.verification().backup("1")?.verdict == "verified")
            #expect(try verified.verification().backup("2")?.errors.map(\.code) == ["CHAIN_CHECKSUMS"])
            #expect(try await world.restore("2").status == 1)
        }
    }

    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `is restored where the last has none`() async throws {
        try await Self.withChain("--data-checksums", ["--disable"]) { world in
            let verified = try await world.binary("verify", world.store, "--json", "--no-history")
            #expect(verified.status == 0, "\(verified)")
            let restored = try await world.restore("1")
            #expect(restored.status == 0, "\(restored)")
        }
    }

    private struct World: Sendable {
        var directory: TemporaryDirectory
        var cluster: PostgresCluster
        var binary: Binary
        var store: String { directory.path("store") }
        var target: String { directory.path("restored") }

        func restore(_ label: String) async throws -> BinaryRun {
            try await binary(
                "restore", store, "--backup", label, "--target", target, "--pg-bin", cluster.binaries,
                "--yes",
                "--no-history")
        }

        func backUp(_ number: Int) async throws {
            var arguments = ["-Ft"]
            if number > 0 {
                let manifest = try cluster.makeDirectory("parent-of-\(number)") + "/backup_manifest"
                try FileManager.default.copyItem(
                    atPath: "\(store)/\(number - 1)/backup_manifest", toPath: manifest)
                try await Program("chmod")(["a+r", manifest])
                arguments.append("--incremental=\(manifest)")
            }
            try await cluster.baseBackup(into: "\(store)/\(number)", arguments)
            try await writeSumFile(in: "\(store)/\(number)")
        }
    }

    /// A full backup labelled `0`, and one more after each change of checksums that is incremental to the one before.
    private static func withChain(
        _ initial: String, _ changes: [String], _ body: @Sendable (World) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.makeDirectory("store")
            try await PostgresCluster.with(
                .v18, initdb: [initial, "--wal-segsize=1"], settings: ["summarize_wal = on"]
            ) { cluster in
                let world = World(directory: directory, cluster: cluster, binary: try Binary())
                try await cluster.psql("CREATE TABLE t AS SELECT n FROM generate_series(1, 20000) n")
                try await world.backUp(0)
                for (index, change) in changes.enumerated() {
                    try await cluster.stop()
                    try await cluster.program("pg_checksums")([change, "-D", cluster.dataDirectory])
                    try await cluster.start()
                    try await cluster.psql(
                        "CREATE TABLE t\(index) AS SELECT n FROM generate_series(1, 20000) n")
                    try await world.backUp(index + 1)
                }
                try await body(world)
            }
        }
    }
}
