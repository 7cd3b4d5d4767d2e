// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History
import Restorer
import Testing

@testable import Operations

@Suite("whose a file is")
struct RelationNamesTests {
    private let world: OperationsWorld
    private let history: HistoryDatabase

    init() throws {
        world = try OperationsWorld()
        history = try #require(try world.memory("names").history)
    }

    private func place(_ label: String) -> BackupPlace {
        BackupPlace(url: "s3://bucket/prod/\(label)", label: label)
    }

    /// A trial that saw one table, under this name.
    private func tryOut(_ label: String, sees name: ObjectName, day: String, cluster: UInt64 = 7) throws {
        let start = TrialStart(
            place: place(label), runtime: .local, scratch: "/t", goal: "g", replaysArchive: false,
            started: Timestamp(seconds: 0), toolVersion: "1")
        let relation = KnownRelation(
            .init(
                database: 5, identifier: 16_400, schema: "public", name: name, kind: .table, tablespace: 1663,
                fileNode: 16_402), bytes: 0)
        var end = TrialEnd(exitStatus: 0, level: .restored, ended: Timestamp(seconds: 0))
        end.systemIdentifier = cluster
        let baseline = Baseline(
            databases: [5: "shop"], relations: [relation], end: ClusterPosition(timeline: 1, position: 1),
            moment: try #require(Timestamp(iso8601: day)))
        try history.end(try history.begin(start), end, baseline: baseline)
    }

    /// A verification that found out which cluster a backup is of.
    private func inspect(_ label: String, cluster: UInt64) throws {
        let run = try history.begin(
            RunStart(
                command: "verify", location: "s3://bucket/prod", levelAsked: .inspected,
                started: Timestamp(seconds: 0), toolVersion: "1"))
        try history.lock(place(label), for: run)
        var contents = ContentSummary()
        contents.systemIdentifier = cluster
        let report = BackupReport(
            label: label, verdict: .damaged, level: .listed, started: Timestamp(seconds: 0))
        try history.record(
            BackupOutcome(
                place: place(label), report: report, levelAsked: .inspected, pins: [],
                inspection: InspectionRecord(
                    checks: 1, digestSet: String(repeating: "a", count: 64), isComplete: true, findings: [],
                    contents: contents), ended: Timestamp(seconds: 0)), in: run)
    }

    @Test func `is known by the trial of that backup, or else by the nearest of its cluster`() throws {
        try tryOut("20251101T000000", sees: "old", day: "2025-11-01T00:00:00Z")
        try tryOut("20251110T000000", sees: "new", day: "2025-11-10T00:00:00Z")
        try tryOut("20251104T000000", sees: "others", day: "2025-11-04T00:00:00Z", cluster: 8)
        try inspect("20251103T000000", cluster: 7)
        try inspect("20251112T000000", cluster: 7)
        try inspect("20251105T000000", cluster: 9)
        let names = RelationNames(history)
        func name(_ label: String, _ file: String = "base/5/16402.1") -> ObjectName? {
            names.relation(ofFile: file, in: place(label))?.name
        }
        #expect(name("20251101T000000") == "old" && name("20251110T000000") == "new")
        #expect(name("20251103T000000") == "old" && name("20251112T000000") == "new")
        // Of no cluster that was tried, or of one that nobody knows.
        #expect(name("20251105T000000") == nil && name("20251102T000000") == nil)
        #expect(name("20251101T000000", "base/5/16402_fsm") == "old")
        for other in ["base/5/16403", "base/6/16402", "PG_VERSION", "pg_tblspc/9/PG_15_202209061/5/16402"] {
            #expect(name("20251101T000000", other) == nil, "\(other)")
        }
        #expect(RelationNames(nil).relation(ofFile: "base/5/16402", in: place("20251101T000000")) == nil)
    }

    @Test func `an emptied table that shows outside fails what passed inside`() {
        let seen = SeenBaseline(
            Baseline(
                databases: [5: "shop"],
                relations: [
                    KnownRelation(
                        .init(
                            database: 5, identifier: 16_400, schema: "public", name: "orders", kind: .table,
                            tablespace: 1663, fileNode: 1), bytes: 0, rows: .counted(0))
                ], end: ClusterPosition(timeline: 1, position: 9), moment: Timestamp(seconds: 0)),
            ClusterLineage(end: ClusterPosition(timeline: 1, position: 9)), ofCluster: 7, seconds: 1)
        var before = seen.baseline
        before.relations[0].rows = .counted(1000)
        let past = PastBaseline(
            trial: TrialID(1), place: place("A"), end: ClusterPosition(timeline: 1, position: 1),
            moment: Timestamp(seconds: 0), ended: Timestamp(seconds: 0), isRight: true)
        var questions = BaselineQuestions(past: { _ in [past] }, load: { [before] _ in before })
        func end() -> TrialEnd {
            let user = CheckResult("mine", .user, .passed, words: "w")
            var end = TrialEnd(
                exitStatus: 0, level: .exercised, checks: [user], ended: Timestamp(seconds: 0))
            end.hold(seen, to: questions, as: TrialChecks())
            return end
        }
        let failed = end()
        #expect(failed.exitStatus == 18 && failed.level == .restored)
        #expect(failed.checks.map(\.name) == ["baseline", "mine"])
        #expect(failed.failure?.hasPrefix("baseline in 'shop': emptied since") == true)
        questions.compares = false
        #expect(end().checks.map(\.name) == ["mine"] && end().exitStatus == 0)
    }
}
