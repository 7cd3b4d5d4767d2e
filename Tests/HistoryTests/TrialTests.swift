// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct TrialTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let other = BackupPlace(url: "s3://bucket/prod2/B", label: "B")

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func fullEnd() -> TrialEnd {
        var end = TrialEnd(
            exitStatus: 18, level: .restored, failure: "orders is empty",
            phases: [
                RestorePhase(.download, seconds: 12.5, bytes: 1 << 40), RestorePhase(.stream, seconds: 14),
                RestorePhase(.recover, seconds: 0, bytes: 16 << 20), RestorePhase(.cleanUp, seconds: 0.5),
            ],
            checks: [
                CheckResult(
                    "amcheck", .builtIn, database: ObjectName(bytes: [0x64, 0xFF, 0x5C]), .passed, seconds: 2,
                    words: "w"),
                CheckResult("orders", .user, database: "shop", .failed, words: "none", measured: 0),
                CheckResult("hook", .user, .notRun, severity: .warning, words: "the trial broke off"),
            ],
            findings: [Finding.recorded(.walGap, .warning, message: "m")],
            cleanUp: .kept(until: Timestamp(seconds: 1_900_000_000)), ended: clock.now)
        (end.neutralised, end.isolation) = (["archive_command", "ssl"], ["landlock"])
        (end.systemIdentifier, end.serverVersion, end.image) = (.max, "15.10", "sha256:abc")
        (end.secondsToAnswer, end.newestData) = (41.25, Timestamp(seconds: 1_700_000_000))
        end.endPosition = "0/3000150"
        return end
    }

    @Test func `a trial is given back as it was`() throws {
        var start = trialStart(at: clock.now)
        (start.runtime, start.replaysArchive, start.startedBy) = (.docker, true, "systemd")
        start.passedOver = [TrialStart.PassedOver("C", reason: "damaged"), .init("D", reason: "uploading")]
        let trial = try history.begin(start)
        clock.advance(90)
        let end = fullEnd()
        try history.end(trial, end)
        let line = try #require(try history.trials().first)
        #expect((line.id, line.state, line.start) == (trial, .ended, start))
        #expect(line.end == end)
        #expect((line.findings, line.seconds, line.process) == (1, 90, .current))
    }

    @Test func `one without an end is under way while its process lives, and was killed else`() throws {
        _ = try history.begin(trialStart(at: clock.now))
        var line = try #require(try history.trials().first)
        #expect((line.state, line.seconds, line.end) == (.running, nil, nil))

        var process = ProcessIdentity.current
        process.startTime += 1
        _ = try scratch.open(as: process).begin(trialStart(at: clock.now))
        line = try #require(try history.trials().first)
        #expect(line.state == .interrupted)

        process.host = "elsewhere"
        _ = try scratch.open(as: process).begin(trialStart(at: clock.now))
        line = try #require(try history.trials().first)
        #expect(line.state == .unknown)
        #expect(try history.trials(HistoryFilter(isOpen: true)).count == 3)
    }

    @Test func `what has ended, or never began, takes no end, and nothing of one`() throws {
        let trial = try history.tryOut()
        for id in [trial, TrialID(99)] {
            #expect(throws: HistoryError.noSuchTrial(id.value)) { try history.end(id, fullEnd()) }
        }
        #expect(try history.count("trial_end") == 1)
        #expect(try history.count("trial_check") == 1)
        for (table, part) in [("phase", "phases"), ("check", "checks")] {
            let error = #expect(throws: DatabaseError.self) {
                try history.tamper(
                    """
                    INSERT INTO trial_\(table) SELECT * FROM trial_\(table) WHERE trial_id = \(trial.value)
                    """)
            }
            #expect(error?.message == "a trial that has ended has no more \(part)")
        }
    }

    @Test func `none has passed without having proven anything, and none proves more than it can`() throws {
        let trial = try history.begin(trialStart(at: clock.now))
        for level in [nil, Level.inspected] {
            let end = TrialEnd(exitStatus: 0, level: level, ended: clock.now)
            #expect(throws: HistoryError.self, "\(level as Any)") { try history.end(trial, end) }
        }
        #expect(try history.trials().first?.state == .running)
        #expect(try history.count("trial_phase") == 0)
    }

    @Test func `a trial and a restore of one number do not meet`() throws {
        let restore = try history.begin(restoreStart(at: clock.now))
        let trial = try history.tryOut()
        #expect(restore.value == trial.value)
        #expect(try history.restores().first?.state == .running)
        #expect(try history.trials().first?.state == .ended)
    }

    @Test func `they are listed newest first and narrowed by label, place, time and number`() throws {
        let first = try history.tryOut()
        clock.advance(60)
        let second = try history.tryOut(other, exit: 18)
        let filters: [(HistoryFilter, [TrialID])] = [
            (HistoryFilter(), [second, first]), (HistoryFilter(label: "A"), [first]),
            (HistoryFilter(label: "C"), []), (HistoryFilter(place: "s3://bucket/prod2/"), [second]),
            (HistoryFilter(since: clock.now), [second]), (HistoryFilter(isOpen: true), []),
            (HistoryFilter(limit: 1), [second]),
        ]
        for (filter, expected) in filters {
            #expect(try history.trials(filter).map(\.id) == expected, "\(filter)")
        }
    }

    @Test func `the last one of a backup is the newest that was not stopped`() throws {
        #expect(try history.lastTrial(of: place) == nil)
        _ = try history.begin(trialStart(at: clock.now))
        #expect(try history.lastTrial(of: place) == nil)
        try history.tryOut()
        let failed = try history.tryOut(exit: 18, level: nil)
        try history.tryOut(exit: 130, level: nil)
        try history.tryOut(exit: 143, level: nil)
        try history.tryOut(other)
        _ = try history.begin(trialStart(at: clock.now))
        #expect(try history.lastTrial(of: place)?.id == failed)
    }

    private func measure(
        _ value: Double?, _ outcome: CheckResult.Outcome = .passed, in database: ObjectName? = "shop",
        of cluster: UInt64? = 7, at place: BackupPlace = place
    ) throws -> TrialID {
        let check = CheckResult(
            "orders", .user, database: database, outcome, words: "rows", measured: value)
        return try history.tryOut(place, checks: [check]) { $0.systemIdentifier = cluster }
    }

    @Test func `a check is held against what it measured last in the same cluster`() throws {
        func last(_ place: String = "s3://bucket/prod", _ cluster: UInt64? = 7) throws -> Double? {
            try history.lastMeasured("orders", in: "shop", at: place, ofCluster: cluster)?.value
        }
        #expect(try last() == nil)
        let passed = try measure(100)
        let failed = try measure(12.5, .failed)
        let ended = clock.now
        clock.advance(60)
        _ = try measure(nil, .notRun)
        _ = try measure(3, in: "other")
        _ = try measure(4, in: nil)
        _ = try measure(5, of: 8)
        _ = try measure(6, of: nil)
        _ = try measure(7, at: other)
        #expect(
            try history.lastMeasured("orders", in: "shop", at: "s3://bucket/prod", ofCluster: 7)
                == MeasuredValue(trial: failed, place: place, value: 12.5, outcome: .failed, ended: ended))
        let sound = try history.lastMeasured(
            "orders", in: "shop", at: "s3://bucket/prod", ofCluster: 7, outcome: .passed)
        #expect(sound?.trial == passed && sound?.value == 100)
        #expect(try last("s3://bucket/prod", 8) == 5)
        #expect(try last("s3://bucket/prod", nil) == 6)
        #expect(try last("s3://bucket", 7) == 7)
        #expect(try history.lastMeasured("orders", in: nil, at: "s3://bucket/prod")?.value == 4)
        #expect(try history.lastMeasured("others", in: "shop", at: "s3://bucket") == nil)
    }

    @Test func `what a trial under way has measured is no measure yet`() throws {
        _ = try measure(100)
        _ = try history.begin(trialStart(at: clock.now))
        try history.tamper(
            """
            INSERT INTO trial_check (trial_id, name, origin, database, outcome, severity, seconds, words, measured)
            VALUES (2, 'orders', 'user', 'shop', 'passed', 'error', 0, 'w', 5)
            """)
        #expect(try history.lastMeasured("orders", in: "shop", at: place.url)?.value == 100)
    }

    @Test func `texts and lists without end are cut, and findings counted`() throws {
        let long = String(repeating: "\u{1}é", count: 100_000)
        var start = trialStart(at: clock.now)
        start.passedOver = (0..<5000).map { _ in TrialStart.PassedOver(long, reason: long) }
        let trial = try history.begin(start)
        var end = TrialEnd(
            exitStatus: 1, failure: "a\0b" + long,
            checks: [
                CheckResult(long, .user, .failed, seconds: .nan, words: long, measured: .infinity)
            ],
            findings: (0..<5000).map { _ in Finding.recorded(.extraMember, object: "o", message: long) },
            cleanUp: .failed(reason: long), ended: clock.now)
        end.neutralised = (0..<5000).map { _ in long }
        (end.secondsToAnswer, end.image) = (.nan, "")
        try history.end(trial, end)
        let line = try #require(try history.trials().first)
        let kept = try #require(line.end)
        #expect((line.findings, kept.findings.count, kept.neutralised.count) == (5000, 100, 1000))
        #expect(line.start.passedOver.count == 100)
        #expect(kept.failure?.unicodeScalars.count == 4096 && kept.failure?.hasPrefix("a\u{FFFD}b") == true)
        #expect(kept.checks.map(\.seconds) == [0] && kept.checks.map(\.measured) == [nil])
        #expect((kept.secondsToAnswer, kept.image) == (nil, nil))
    }

    @Test func `beginning and end are synced to the disk`() throws {
        func synchronous() throws -> Int? {
            try history.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        }
        let trial = try history.begin(trialStart(at: clock.now))
        #expect(try synchronous() == 2)
        try history.writeRelaxed { _ in }
        #expect(try synchronous() == 1)
        try history.end(trial, TrialEnd(exitStatus: 5, ended: clock.now))
        #expect(try synchronous() == 2)
    }

    @Test func `one is found by its number`() throws {
        let first = try history.tryOut()
        try history.tryOut(other)
        #expect(try history.trial(first)?.start.place == place)
        #expect(try history.trial(TrialID(99)) == nil)
    }

    @Test func `the last verdict on a backup is not that of a trial without one`() throws {
        #expect(try history.lastTrialWithVerdict(of: place) == nil)
        let failed = try history.tryOut(exit: 18, level: nil)
        for status: Int32 in [5, 10, 16, 99, 130, 143] { try history.tryOut(exit: status, level: nil) }
        try history.tryOut(other)
        _ = try history.begin(trialStart(at: clock.now))
        #expect(try history.lastTrialWithVerdict(of: place)?.id == failed)
        let passed = try history.tryOut()
        #expect(try history.lastTrialWithVerdict(of: place)?.id == passed)
    }

    @Test func `a forecast goes by the newest whose server answered`() throws {
        let answered = try (1...3).map { seconds in
            try history.tryOut { $0.secondsToAnswer = Double(seconds) }
        }
        try history.tryOut(exit: 18, level: nil)
        try history.tryOut(other) { $0.secondsToAnswer = 1 }
        func found(_ runtime: TrialStart.Runtime) throws -> [TrialID] {
            try history.answeredTrials(at: "s3://bucket/prod", by: runtime, limit: 2).map(\.id)
        }
        #expect(try found(.local) == [answered[2], answered[1]])
        #expect(try found(.docker) == [])
    }

    @Test func `an end is written whatever a check is called`() throws {
        try history.tryOut(exit: 18, checks: [CheckResult("", .user, .failed, words: "w")])
        #expect(try history.trials().first?.end?.checks.map(\.name) == ["?"])
    }
}
