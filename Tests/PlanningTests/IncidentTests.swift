// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

@Suite struct `An incident` {
    private static func damage(_ severity: Severity = .error, since: Timestamp = Sample.now) -> Incident {
        Incident(
            store: "shop", kind: "damaged", subject: "d1", severity: severity, since: since,
            headline: "one chunk is wrong", meaning: "")
    }

    private static func overdue(_ severity: Severity = .error, since: Timestamp = Sample.ago(5)) -> Incident {
        Incident(
            store: "shop", kind: "overdue", subject: "main", severity: severity, since: since,
            headline: "none came", meaning: "")
    }

    private static func changes(
        _ before: [Incident], _ seen: [Incident], stores: Set<String> = [], backups: Set<BackupKey> = []
    ) -> IncidentChanges {
        let judged = Judged(stores: stores, backups: backups, listedKinds: ["overdue"])
        return IncidentChanges(before: before, seen: seen, judged: judged, at: Sample.now)
    }

    @Test func `is told once when it begins and once when it is over`() {
        let first = Self.changes([], [Self.damage(), Self.damage(.warning)])
        #expect(first.opened == [Self.damage()] && first.open.count == 1)
        let second = Self.changes(first.open, [Self.damage()])
        #expect(second.opened == [] && second.continuing.count == 1 && second.closed == [])
        let third = Self.changes(second.open, [], backups: [Sample.key("d1")])
        #expect(third.closed.map(\.closed) == [Sample.now] && third.open == [])
        // The same again is another one.
        #expect(Self.changes(third.closed, [Self.damage()]).opened.count == 1)
    }

    @Test func `goes on while nobody looks for it`() {
        let before = [Self.damage(), Self.overdue()]
        #expect(Self.changes(before, []).continuing == before)
        // A listing tells whether a backup came, but not whether bytes are right.
        #expect(Self.changes(before, [], stores: ["shop"]).closed.map(\.kind) == ["overdue"])
        #expect(Self.changes(before, [], stores: ["mail"], backups: [Sample.key("d2")]).closed == [])
    }

    @Test func `is told again when it gets worse, and a note is none`() {
        let worse = Self.changes([Self.overdue(.warning)], [Self.overdue(since: Sample.ago(1))])
        #expect(worse.worsened == [Self.overdue()])
        let better = Self.changes([Self.overdue()], [Self.overdue(.warning)])
        #expect(better.continuing == [Self.overdue()] && better.worsened == [])
        #expect(Self.changes([], [Self.overdue(.note)]).open == [])
    }

    @Test func `is silence, too`() {
        let incidents = SilenceRule(patience: 3 * 86_400).incidents(
            verified: ["mail": Sample.ago(3), "new": nil, "old": nil, "shop": Sample.ago(4)],
            watchedSince: ["new": Sample.ago(1), "old": Sample.ago(9)], at: Sample.now)
        #expect(incidents.map(\.store) == ["old", "shop"])
        #expect(
            incidents.map(\.headline) == ["nothing was verified for 9 d", "nothing was verified for 4 d"])
        #expect(incidents.map(\.since) == [Sample.ago(9), Sample.ago(4)])
    }
}
