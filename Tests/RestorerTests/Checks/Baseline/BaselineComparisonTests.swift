// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Restorer

@Suite struct `What became of tables between two baselines` {
    private func table(
        _ name: String, _ rows: KnownRelation.Rows?, identifier: UInt32 = 16_400, bytes: UInt64? = 8192,
        kind: KnownRelation.Kind = .table, node: UInt32? = nil
    ) -> KnownRelation {
        KnownRelation(
            .init(
                database: 5, identifier: identifier, schema: "public", name: ObjectName(name), kind: kind,
                tablespace: 1663, fileNode: node ?? identifier), bytes: bytes, rows: rows)
    }

    private func baseline(
        _ relations: [KnownRelation], names: [UInt32: ObjectName] = [5: "shop"], found: Int? = nil,
        at position: UInt64 = 100, day: Int64 = 10
    ) -> Baseline {
        Baseline(
            databases: names, relations: relations, found: found,
            end: ClusterPosition(timeline: 1, position: position), moment: Timestamp(seconds: day * 86_400))
    }

    private func changes(
        _ before: KnownRelation, _ now: KnownRelation
    ) throws -> BaselineComparison.Changes {
        let comparison = BaselineComparison(before: baseline([before]), now: baseline([now]))
        return try #require(comparison.changes.first)
    }

    @Test(arguments: [
        (
            before: KnownRelation.Rows.counted(100), now: KnownRelation.Rows?.some(.counted(0)),
            bytes: UInt64(8192)
        ),
        (.counted(100), .estimated(100), 0), (.estimated(5000), nil, 0), (.estimated(100), .counted(0), 8192),
    ])
    func `a table that had rows and surely has none was emptied`(
        before: KnownRelation.Rows, now: KnownRelation.Rows?, bytes: UInt64
    ) throws {
        let found = try changes(table("orders", before), table("orders", now, bytes: bytes))
        #expect(found.emptied.map(\.table) == ["public.orders"] && found.shrunk.isEmpty && found.gone.isEmpty)
    }

    @Test(arguments: [
        (
            before: KnownRelation.Rows?.some(.counted(99)), now: KnownRelation.Rows?.some(.counted(0)),
            bytes: UInt64(0)
        ),
        (nil, .counted(0), 0), (.counted(1000), .estimated(0), 8192), (.counted(1000), nil, 8192),
        (.counted(1000), .counted(500), 8192), (.counted(1000), .counted(2000), 8192),
        (.estimated(1000), .counted(1), 8192),
    ])
    func `few rows, estimates and what is large enough are no loss`(
        before: KnownRelation.Rows?, now: KnownRelation.Rows?, bytes: UInt64
    ) throws {
        let found = try changes(table("orders", before), table("orders", now, bytes: bytes))
        #expect(found.emptied.isEmpty && found.shrunk.isEmpty && found.compared == 1)
    }

    @Test func `a table that is not logged, or whose size nobody knows, is not called empty`() throws {
        // Recovery empties what is not logged each time, and its estimate stays.
        let unlogged = table("sessions", .estimated(5000), bytes: 0)
        #expect(try changes(unlogged, unlogged).emptied.isEmpty)
        let unknown = table("orders", .estimated(5000), bytes: nil)
        #expect(try changes(table("orders", .counted(5000)), unknown).emptied.isEmpty)
        #expect(try changes(unknown, unknown).emptied.isEmpty)
    }

    @Test func `more than the part that may go has shrunk`() throws {
        let (before, now) = (table("orders", .counted(1000)), table("orders", .counted(899)))
        #expect(try changes(before, now).shrunk.isEmpty)
        let strict = BaselineComparison(before: baseline([before]), now: baseline([now]), mayShrink: 0.1)
        #expect(strict.changes.first?.shrunk == [.init(table: "public.orders", before: 1000, now: 899)])
    }

    @Test func `a table is the same by its number or by its name`() throws {
        let before = table("orders", .counted(1000))
        #expect(try changes(before, table("renamed", .counted(0))).emptied.map(\.table) == ["public.renamed"])
        let anew = table("orders", .counted(0), identifier: 17_000)
        #expect(try changes(before, anew).emptied.map(\.table) == ["public.orders"])
        #expect(
            try changes(before, table("other", .counted(0), identifier: 17_000)).gone == ["public.orders"])
        // A database that was made anew.
        let other = Baseline(
            databases: [9: "shop"],
            relations: [
                KnownRelation(
                    .init(
                        database: 9, identifier: 1_000_000, schema: "public", name: "orders", kind: .table,
                        tablespace: 1663, fileNode: 1), bytes: 0, rows: .counted(0))
            ], end: ClusterPosition(timeline: 1, position: 1), moment: Timestamp(seconds: 0))
        let comparison = BaselineComparison(before: baseline([before]), now: other)
        #expect(comparison.changes.first?.emptied.count == 1 && comparison.goneDatabases.isEmpty)
    }

    @Test func `what was dropped is gone, unless it was not kept`() {
        let before = baseline([table("orders", .counted(1000))], names: [5: "shop", 6: "old"])
        let comparison = BaselineComparison(before: before, now: baseline([]))
        #expect(comparison.changes.map(\.gone) == [["public.orders"]] && comparison.goneDatabases == ["old"])
        let cut = BaselineComparison(before: before, now: baseline([], found: 1))
        #expect(cut.changes.map(\.gone) == [[]])
    }

    @Test func `only what holds rows of users counts`() {
        let relations = [
            table("index", .counted(1000), kind: .index), table("sequence", .counted(1000), kind: .sequence),
            table("pg_class", .counted(1000), identifier: 1259),
        ]
        let empty = relations.map { KnownRelation($0.identity, bytes: 0, rows: .counted(0)) }
        let comparison = BaselineComparison(before: baseline(relations), now: baseline(empty))
        #expect(comparison.changes.map(\.compared) == [0])
        let objects = table("pg_largeobject", .counted(1000), identifier: 2613)
        let none = table("pg_largeobject", .counted(0), identifier: 2613)
        #expect(
            BaselineComparison(before: baseline([objects]), now: baseline([none])).changes.first?.emptied
                .count
                == 1)
    }

    @Test func `only an emptied table fails a trial`() {
        let before = baseline([table("a", .counted(1000)), table("b", .counted(1000), identifier: 16_500)])
        let past = past(1, at: 100)
        func results(_ relations: [KnownRelation], frozen: [ObjectName] = []) -> [CheckResult] {
            BaselineJudgement(now: baseline(relations), mayShrink: 0.5, seconds: 1)
                .results(against: before, past, frozen: frozen)
        }
        let emptied = results([table("a", .counted(0)), table("b", .counted(10), identifier: 16_500)])
        #expect(emptied.map(\.isFailure) == [true, false])
        #expect(emptied[0].words.contains("public.a (1,000 rows then)") && emptied[0].database == "shop")
        #expect(emptied[1].severity == .warning && emptied[1].words.contains("public.b (10 rows of 1,000)"))
        let others = results([table("a", .counted(1000))], frozen: ["shop"])
        #expect(others.map(\.outcome) == [.passed, .failed, .failed])
        #expect(others.map(\.severity) == [.error, .note, .warning])
        #expect(!others.contains(where: \.keepsFromExercised) && others[1].words.contains("public.b"))
        let first = BaselineJudgement(now: before, mayShrink: 0.5, seconds: 1).first(isOlder: false)
        #expect(first.map(\.outcome) == [.passed] && first[0].words.contains("nothing to compare with yet"))
    }

    private func past(
        _ trial: Int64, timeline: UInt32 = 1, at position: UInt64, day: Int64 = 1, isRight: Bool = true
    ) -> PastBaseline {
        PastBaseline(
            trial: TrialID(trial), place: BackupPlace(url: "/store/A", label: "A"),
            end: ClusterPosition(timeline: timeline, position: position),
            moment: Timestamp(seconds: day * 86_400 + 5), ended: Timestamp(seconds: 0), isRight: isRight)
    }

    @Test func `it is held against the nearest state that it went through and that was right`() {
        let lineage = ClusterLineage(
            forks: [ClusterPosition(timeline: 1, position: 100)],
            end: ClusterPosition(timeline: 2, position: 200))
        func reference(_ past: [PastBaseline]) -> Int64? {
            BaselineChoice(lineage: lineage, past: past).reference?.trial.value
        }
        #expect(reference([past(1, at: 50), past(2, at: 100), past(3, at: 60)]) == 2)
        // Newer than this one, and of a timeline that was left before.
        #expect(
            reference([past(1, timeline: 2, at: 201), past(2, at: 101), past(3, timeline: 3, at: 1)]) == nil)
        #expect(
            reference([past(1, at: 90), past(2, timeline: 2, at: 200), past(3, timeline: 2, at: 200)]) == 3)
        #expect(reference([past(1, at: 90), past(2, timeline: 2, at: 150, isRight: false)]) == 1)
    }

    @Test func `what is the same in the backups of three days is frozen`() {
        let lineage = ClusterLineage(end: ClusterPosition(timeline: 1, position: 100))
        let choice = BaselineChoice(
            lineage: lineage,
            past: [
                past(1, at: 10, day: 7), past(2, at: 20, day: 8), past(3, at: 30, day: 8),
                past(4, at: 99, day: 9),
            ])
        let days = choice.days(before: Timestamp(seconds: 9 * 86_400 + 9))
        #expect(days.map(\.trial.value) == [3, 1])

        let same = baseline([table("a", .counted(10))])
        #expect(FrozenDatabases.find(in: [same, same, same]) == ["shop"])
        #expect(FrozenDatabases.find(in: [same, same]).isEmpty)
        for other in [
            table("a", .counted(11)), table("a", .counted(10), bytes: 16_384),
            table("a", .counted(10), node: 7),
        ] {
            #expect(FrozenDatabases.find(in: [same, same, baseline([other])]).isEmpty, "\(other)")
        }
        let untouched = baseline([table("pg_proc", .counted(10), identifier: 1255)])
        #expect(FrozenDatabases.find(in: [untouched, untouched, untouched]).isEmpty)
    }
}
