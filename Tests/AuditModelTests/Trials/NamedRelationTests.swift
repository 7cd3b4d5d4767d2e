// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite("names for the files of relations")
struct NamedRelationTests {
    private static func relation(
        _ identifier: UInt32, _ schema: ObjectName, _ name: ObjectName, _ kind: KnownRelation.Kind,
        of owner: UInt32? = nil, database: UInt32 = 5, tablespace: UInt32 = 1663
    ) -> KnownRelation {
        KnownRelation(
            .init(
                database: database, identifier: identifier, schema: schema, name: name, kind: kind,
                owner: owner,
                tablespace: tablespace, fileNode: identifier + 1000), bytes: 8192)
    }

    private let baseline = Baseline(
        databases: [5: "shop"],
        relations: [
            relation(16_400, "public", "docs", .table),
            relation(16_401, "pg_toast", "pg_toast_16400", .toast, of: 16_400),
            relation(16_402, "pg_toast", "pg_toast_16400_index", .index, of: 16_401),
            relation(16_403, "public", "docs_pkey", .index, of: 16_400),
            relation(16_404, "public", "sums", .materialisedView, tablespace: 16_390),
            relation(16_405, "pg_toast", "pg_toast_7", .toast, of: 7),
            relation(2662, "pg_catalog", "pg_class_oid_index", .index, of: 1259),
            relation(1262, "pg_catalog", "pg_database", .table, database: 0, tablespace: 1664),
        ], end: ClusterPosition(timeline: 1, position: 1), moment: Timestamp(seconds: 0))

    private func name(
        _ node: UInt32, database: UInt32 = 5, tablespace: UInt32 = 1663, fork: String = "main"
    ) -> NamedRelation? {
        NamedRelation(
            tablespace: tablespace, database: database, fileNode: node, fork: fork, in: baseline,
            of: TrialID(3),
            asOf: Timestamp(seconds: 0))
    }

    @Test(arguments: [
        (UInt32(17_400), "table public.docs of database shop"),
        (17_401, "TOAST of public.docs of database shop"),
        (17_402, "index of the TOAST of public.docs of database shop"),
        (17_403, "index public.docs_pkey of database shop"),
        (17_405, "TOAST table pg_toast.pg_toast_7 of database shop"),
        (3662, "index pg_catalog.pg_class_oid_index of database shop"),
    ])
    func `each kind is told by what people know it as`(node: UInt32, words: String) throws {
        let found = try #require(name(node))
        let remedy = [17_402, 17_403].contains(node) ? ": after a restore REINDEX makes it anew" : ""
        #expect(found.words == "\(words), as the trial of 1970-01-01T00:00:00Z knew it\(remedy)")
        #expect(found.canBeRebuilt == !remedy.isEmpty)
    }

    @Test func `tablespaces, forks and what all databases share are told apart`() {
        #expect(name(17_404) == nil)
        #expect(name(17_404, database: 6, tablespace: 16_390) == nil)
        #expect(name(17_404, tablespace: 16_390)?.words.hasPrefix("materialised view public.sums") == true)
        let shared = name(2262, database: 0, tablespace: 1664)?.words
        #expect(shared?.hasPrefix("table pg_catalog.pg_database, shared by all databases") == true)
        let map = name(17_403, fork: "fsm")
        #expect(map?.canBeRebuilt == false)
        #expect(map?.words.hasPrefix("free space map of index public.docs_pkey") == true)
        #expect(name(99) == nil)
    }
}
