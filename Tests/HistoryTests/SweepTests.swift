// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct SweepTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func sweepStart(_ schedule: String? = nil, slot: Timestamp? = nil) -> SweepStart {
        SweepStart(
            schedule: schedule, slot: slot, stores: ["shop", "billing"], seed: .max,
            windowEnds: clock.now.advanced(bySeconds: 3600), startedBy: "systemd", started: clock.now,
            toolVersion: "1.0")
    }

    private var store: SweptStore {
        var store = SweptStore(name: "shop", url: "s3://bucket/shop", exitStatus: 7)
        var work = SweptWork(
            .verify, label: "A", level: .inspected, reason: "never proven", exitStatus: 0, bytesRead: 1 << 40,
            seconds: 9.5)
        (work.verdict, work.reached) = (.verified, .inspected)
        store.work = [work]
        store.findings = [
            StoreFinding(
                kind: "backup-overdue", subject: "shop", severity: .error, message: "none since Monday",
                advice: "look at the timer", since: clock.now)
        ]
        store.standing = PolicyStanding(
            backups: 14, backupsWithin: 13, bytes: 140, bytesWithin: 130, closes: clock.now)
        (store.bytesRead, store.seconds, store.retries) = (1 << 40, 10, 2)
        return store
    }

    @Test func `a sweep is given back as it was`() throws {
        let start = sweepStart("nightly", slot: clock.now)
        let sweep = try #require(try history.begin(start))
        try history.add(store, to: sweep)
        #expect(try history.sweeps(HistoryFilter(isOpen: true)).map(\.id) == [sweep])
        let end = SweepEnd(exitStatus: 7, reason: .window, ended: clock.now)
        try history.end(sweep, end)
        let line = try #require(try history.sweeps().first)
        #expect(line.start == start)
        #expect(line.end == end)
        #expect(line.stores == [store])
        #expect(line.state == .ended)
        #expect(try history.sweeps(HistoryFilter(isOpen: true)).isEmpty)
    }

    @Test func `a sweep that has ended takes nothing more`() throws {
        let sweep = try #require(try history.begin(sweepStart()))
        try history.end(sweep, SweepEnd(exitStatus: 0, reason: .done, ended: clock.now))
        #expect(throws: HistoryError.noSuchSweep(sweep.value)) { try history.add(store, to: sweep) }
        #expect(throws: HistoryError.noSuchSweep(sweep.value)) {
            try history.end(sweep, SweepEnd(exitStatus: 0, reason: .done, ended: clock.now))
        }
    }

    @Test func `a slot is taken once, whoever asks, and a sweep by hand takes none`() throws {
        let other = try scratch.open(clock: clock)
        #expect(try history.begin(sweepStart("nightly", slot: clock.now)) != nil)
        #expect(try other.begin(sweepStart("nightly", slot: clock.now)) == nil)
        #expect(try other.begin(sweepStart("weekly", slot: clock.now)) != nil)
        #expect(try history.begin(sweepStart()) != nil)
        #expect(try history.begin(sweepStart()) != nil)
    }

    @Test func `a slot that was given up is not taken, and one that was taken is not given up`() throws {
        let (first, second) = (clock.now, clock.now.advanced(bySeconds: 86_400))
        let missed = GivenUpSlot(schedule: "nightly", slot: first, reason: .missed, at: first)
        try history.giveUp(missed)
        try history.giveUp(missed)
        #expect(try history.begin(sweepStart("nightly", slot: first)) == nil)
        #expect(try history.begin(sweepStart("nightly", slot: second)) != nil)
        try history.giveUp(GivenUpSlot(schedule: "nightly", slot: second, reason: .overlapped, at: second))
        #expect(try history.givenUpSlots() == [missed])
        #expect(try history.givenUpSlots(of: "weekly").isEmpty)
        #expect(try history.lastSlot(of: "nightly") == second)
        #expect(try history.lastSlot(of: "weekly") == nil)
        for table in ["sweep", "given_up_slot"] {
            #expect(throws: DatabaseError.self) { try history.tamper("DELETE FROM \(table)") }
        }
    }

    @Test func `a slot that a clock which ran ahead gave up is taken when the clock is put back`() throws {
        let slot = clock.now.advanced(bySeconds: 86_400)
        try history.giveUp(
            GivenUpSlot(
                schedule: "nightly", slot: slot, reason: .missed, at: slot.advanced(bySeconds: 90 * 86_400)))
        clock.advance(86_400)
        #expect(try history.begin(sweepStart("nightly", slot: slot)) != nil)
        #expect(try history.begin(sweepStart("nightly", slot: slot)) == nil)
    }

    @Test func `each level is told with when it was last shown`() throws {
        try history.verify(place, .verified, asked: .inspected)
        let inspected = clock.now
        clock.advance(100)
        try history.verify(place, .verified, asked: .checksummed)
        let checksummed = clock.now
        clock.advance(100)
        try history.verify(place, .damaged, asked: .checksummed)
        let trial = try history.begin(trialStart(at: clock.now))
        try history.end(trial, TrialEnd(exitStatus: 0, level: .restored, ended: clock.now))
        let restored = clock.now
        clock.advance(100)
        let failed = try history.begin(trialStart(at: clock.now))
        try history.end(failed, TrialEnd(exitStatus: 18, level: .restored, ended: clock.now))
        let shown = try #require(try history.lastShown(at: "s3://bucket/prod")[place.url])
        #expect(
            shown == [
                .listed: checksummed, .checksummed: checksummed, .inspected: inspected, .restored: restored,
            ])
        #expect(try history.lastShown(at: "s3://bucket/prod2").isEmpty)
    }
}
