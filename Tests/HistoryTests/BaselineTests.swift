// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct BaselineTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func relation(_ number: UInt32, rows: KnownRelation.Rows? = .counted(7)) -> KnownRelation {
        KnownRelation(
            .init(
                database: 5, identifier: 16_384 + number, schema: "public",
                name: ObjectName("table_\(number)"),
                kind: KnownRelation.Kind.allCases[Int(number) % 5], owner: number % 2 == 0 ? nil : 16_384,
                tablespace: 1663, fileNode: 16_384 + number), bytes: UInt64(number) * 8192, rows: rows)
    }

    private func baseline(_ relations: [KnownRelation], at position: UInt64 = 100) -> Baseline {
        Baseline(
            databases: [5: "shop", 7: ObjectName(bytes: [0x64, 0xFF, 0x5C])], relations: relations,
            found: relations.count + 3, end: ClusterPosition(timeline: 2, position: position),
            moment: clock.now)
    }

    @discardableResult
    private func tryOut(
        _ baseline: Baseline?, place: BackupPlace = place, cluster: UInt64? = .max, level: Level? = .restored,
        checks: [CheckResult] = []
    ) throws -> TrialID {
        let trial = try history.begin(trialStart(place, at: clock.now))
        var end = TrialEnd(exitStatus: 18, level: level, checks: checks, ended: clock.now)
        end.systemIdentifier = cluster
        try history.end(trial, end, baseline: baseline)
        return trial
    }

    @Test func `a baseline is given back as it was`() throws {
        let relations: [KnownRelation.Rows?] = [
            nil, .counted(0), .estimated(0), .counted(.max >> 1), .estimated(300),
        ]
        var kept = baseline(relations.enumerated().map { relation(UInt32($0), rows: $1) })
        kept.relations[4].bytes = .max - 1
        kept.relations[3].identity.name = ObjectName(bytes: [0x61, 0xFF, 0x00, 0x5C])
        let trial = try tryOut(kept)
        kept.relations[3].rows = .counted(.max / 2 - 1)
        #expect(try history.baseline(of: trial) == kept)
        #expect(try history.baseline(of: TrialID(99)) == nil)
        let past = try #require(try history.baselines(ofCluster: .max, at: "s3://bucket/prod").first)
        #expect((past.trial, past.place, past.end, past.moment) == (trial, place, kept.end, kept.moment))
        #expect(past.isRight)
    }

    @Test func `names are kept once, until a relation gets another name or file`() throws {
        var seen = baseline((0..<20).map { relation($0) })
        try tryOut(seen)
        let second = try tryOut(baseline((0..<20).map { relation($0, rows: .counted(8)) }))
        #expect(try history.count("trial_relation") == 20)
        seen.relations[3].identity.fileNode = 99
        seen.relations[4].identity.name = "another"
        let third = try tryOut(seen)
        #expect(try history.count("trial_relation") == 22)
        #expect(try Set(history.baseline(of: third)?.relations ?? []) == Set(seen.relations))
        #expect(try history.baseline(of: second)?.relations.contains(relation(3, rows: .counted(8))) == true)
        // Another cluster has relations of its own.
        try tryOut(seen, cluster: 1)
        #expect(try history.count("trial_relation") == 42)
    }

    @Test func `only trials whose server answered are remembered, by cluster and place`() throws {
        let first = try tryOut(baseline([relation(1)]))
        try tryOut(baseline([relation(1)]), level: nil)
        try tryOut(baseline([relation(1)]), cluster: nil)
        try tryOut(nil)
        try tryOut(baseline([relation(1)]), place: BackupPlace(url: "s3://bucket/prod2/B", label: "B"))
        try tryOut(baseline([relation(1)]), cluster: 4)
        #expect(try history.baselines(ofCluster: .max, at: "s3://bucket/prod").map(\.trial) == [first])
        #expect(try history.baselines(at: "s3://bucket/prod").count == 2)
    }

    @Test(arguments: [
        (CheckResult.Outcome.failed, Severity.error, false), (.failed, .warning, true),
        (.passed, .error, true),
        (.notRun, .error, false),
    ]) func `one that failed is no measure of what is right`(
        outcome: CheckResult.Outcome, severity: Severity, isRight: Bool
    ) throws {
        try tryOut(
            baseline([relation(1)]),
            checks: [CheckResult("baseline", .builtIn, outcome, severity: severity, words: "w")])
        #expect(try history.baselines(at: place.url).map(\.isRight) == [isRight])
    }

    @Test func `what a newer program packed, and what is cut, is none`() throws {
        let packed = PackedSizes.pack([.init(number: 3, bytes: 300, rows: .counted(300))])
        #expect(PackedSizes.unpack(packed) == [.init(number: 3, bytes: 300, rows: .counted(300))])
        for count in 2..<packed.count { #expect(PackedSizes.unpack(Array(packed.prefix(count))) == nil) }
        #expect(PackedSizes.unpack([2] + packed.dropFirst()) == nil)
        #expect(PackedSizes.unpack([1] + Array(repeating: 0xFF, count: 30)) == nil)
    }

    @Test func `the rows are neither changed nor deleted, and none is added to what has ended`() throws {
        let trial = try tryOut(baseline([relation(1)]))
        for (table, column) in [("trial_relation", "name"), ("trial_baseline", "found")] {
            for attempt in ["UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)"] {
                let error = #expect(throws: DatabaseError.self, "\(attempt)") { try history.tamper(attempt) }
                #expect(error?.message == "\(table) is append-only")
            }
        }
        let error = #expect(throws: DatabaseError.self) {
            try history.tamper(
                "INSERT INTO trial_baseline SELECT * FROM trial_baseline WHERE trial_id = \(trial.value)")
        }
        #expect(error?.message == "a trial that has ended has no more baselines")
    }

    @Test func `ten thousand relations cost megabytes once and little for each trial`() throws {
        let relations = (0..<10_000).map { relation($0, rows: .counted(UInt64($0) * 1000)) }
        func size() throws -> Int {
            try history.tamper("PRAGMA wal_checkpoint(TRUNCATE)")
            return try #require(
                Int(try history.text("SELECT page_count * 4096 FROM pragma_page_count") ?? ""))
        }
        let empty = try size()
        let watch = ContinuousClock.now
        try tryOut(baseline(relations))
        let first = try size()
        #expect(first - empty < 3_000_000, "\(first - empty)")
        let second = try tryOut(baseline(relations))
        let further = try size() - first
        #expect(further < 150_000, "\(further)")
        #expect(try history.baseline(of: second)?.relations.count == 10_000)
        // Optimised, all of it takes a fifth of a second.
        #expect(ContinuousClock.now - watch < .seconds(20))
    }

    @Test func `what no catalogue can hold costs neither the trial's end nor the rest`() throws {
        var (spoiled, unknown) = (relation(1), relation(2))
        spoiled.identity.identifier = 0
        unknown.bytes = nil
        let trial = try tryOut(baseline([spoiled, unknown]))
        #expect(try history.trial(trial)?.end?.exitStatus == 18)
        #expect(try history.baseline(of: trial)?.relations == [unknown])
        // Two of one number, which no constraint takes.
        let doubled = try tryOut(baseline([unknown, unknown]))
        #expect(try history.trial(doubled)?.state == .ended)
    }
}
