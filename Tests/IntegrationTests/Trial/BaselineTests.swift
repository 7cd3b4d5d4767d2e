// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("what trials remember of the catalogues", .serialized)
struct BaselineTests {
    private static let shop = """
        CREATE TABLE orders (id int PRIMARY KEY, words text);
        INSERT INTO orders SELECT n, 'alice@example.com' FROM generate_series(1, 1000) n;
        CREATE TABLE docs (id int, content text);
        ALTER TABLE docs ALTER content SET STORAGE EXTERNAL;
        INSERT INTO docs SELECT n, repeat('x', 9000) FROM generate_series(1, 50) n;
        """

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func
        `an emptied table fails a trial until it is taken for right, and an older backup is not held against it`()
        async throws
    {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.cluster.psql("CREATE DATABASE shop")
            try await world.cluster.psql(Self.shop, database: "shop")
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let (first, firstRun) = try await world.told()
            #expect(firstRun.status == 0 && first.level == "exercised", "\(firstRun)")
            #expect(first.baseline.map(\.outcome) == ["passed"])

            try await world.cluster.psql("TRUNCATE orders; DROP TABLE docs", database: "shop")
            try await world.restore.backUp("20251102T000000", ["-Ft", "-z"])
            for _ in 1...2 {
                let (told, run) = try await world.told("--no-amcheck")
                #expect(run.status == 18 && told.level == "restored", "\(run)")
                #expect(told.failing == ["baseline: failed"])
                let emptied = try #require(told.baseline.first)
                #expect(emptied.database == "shop", "\(told.checks)")
                #expect(emptied.message.contains("public.orders (1,000 rows then)"), "\(emptied)")
                #expect(emptied.message.contains("(20251101T000000)") && !run.output.contains("alice"))
                #expect(
                    told.baseline.dropFirst().map(\.severity) == ["note"]
                        && told.baseline.last?.message.contains("public.docs") == true, "\(told.checks)")
            }

            let (older, olderRun) = try await world.told("--backup", "20251101T000000", "--no-amcheck")
            #expect(olderRun.status == 0 && older.baseline.map(\.outcome) == ["passed"], "\(olderRun)")
            let (accepted, _) = try await world.told("--no-baseline", "--no-amcheck")
            #expect(accepted.exitStatus == 0 && accepted.baseline.isEmpty)
            let (after, run) = try await world.told("--no-amcheck")
            #expect(after.exitStatus == 0 && after.baseline.map(\.outcome) == ["passed"], "\(run)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `a verification names the tables and indexes whose pages are damaged`() async throws {
        try await TrialWorld.with(.v15, settings: ["autovacuum = off"]) { world in
            try await world.cluster.psql("CREATE DATABASE shop")
            try await world.cluster.psql(Self.shop, database: "shop")
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            #expect(try await world.trial("--no-amcheck").status == 0)

            try await Self.damage(world)
            try await world.restore.backUp("20251102T000000", ["-Ft", "-z", "--no-verify-checksums"])
            let verified = try await world.binary(
                "verify", world.restore.store, "--backup", "20251102T000000", "--json")
            let document = try verified.document(Verified.self)
            let relations = document.backups.flatMap(\.findings).compactMap(\.relation)
            #expect(verified.status == 1 && relations.count == 3, "\(verified)")
            let words = relations.map { String($0.message.prefix { $0 != "," }) }.sorted()
            #expect(
                words == [
                    "TOAST of public.docs of database shop", "index public.orders_pkey of database shop",
                    "table public.u of database postgres",
                ])
            #expect(relations.map(\.canBeRebuilt).filter(\.self).count == 1)
            #expect(
                relations.contains { $0.message.hasSuffix("knew it: after a restore REINDEX makes it anew") })
            // The same wherever it is told.
            let text = try await world.binary("verify", world.restore.store, "--backup", "20251102T000000")
            let findings = try await world.binary("history", "findings")
            for relation in relations {
                #expect(text.output.contains("this is \(relation.message)"), "\(text)")
                #expect(findings.output.contains("this is \(relation.message)"), "\(findings)")
            }
            let unnamed = try await world.binary("verify", world.restore.store, "--no-history", "--json")
            let none = try unnamed.document(Verified.self).backups.flatMap(\.findings).compactMap(\.relation)
            #expect(unnamed.status == 1 && none.isEmpty)
        }
    }

    /// A page each of an index, a TOAST table and a table in a tablespace, while the cluster is stopped.
    private static func damage(_ world: TrialWorld) async throws {
        let cluster = world.cluster
        let files = [
            try await cluster.psql("SELECT pg_relation_filepath('orders_pkey')", database: "shop"),
            try await cluster.psql(
                "SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = 'docs'",
                database: "shop"),
            try await cluster.psql("SELECT pg_relation_filepath('u')"),
        ]
        try await cluster.stop()
        for file in files {
            let handle = try FileHandle(forUpdating: URL(filePath: "\(cluster.dataDirectory)/\(file)"))
            try handle.seek(toOffset: 8192 + 4000)
            try handle.write(contentsOf: Data(repeating: 0xCA, count: 24))
            try handle.close()
        }
        try await cluster.start()
    }

    /// `verify --json`.
    private struct Verified: Decodable {
        struct Backup: Decodable { var findings: [Finding] }
        struct Finding: Decodable { var relation: Relation? }
        struct Relation: Decodable {
            var message: String
            var canBeRebuilt: Bool
        }
        var backups: [Backup]
    }
}

extension TrialTold {
    fileprivate var baseline: [Check] { checks.filter { $0.name == "baseline" } }
}
