// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres
import Testing
import WALArchive

@testable import Restorer

@Suite struct `What is told of a missed target` {
    private static func point(_ name: ObjectName, _ position: UInt64) -> RecoverableWindow.RestorePoint {
        .init(
            name: name, time: Timestamp(seconds: 1_700_000_000 + Int64(position)),
            position: LogSequenceNumber(position))
    }

    @Test(arguments: [
        ("before_import", "before_import", 0), ("before_imprt", "before_import", 1),
        ("beofre_import", "before_import", 1), ("BEFORE_IMPORT", "before_import", 0), ("", "abc", 3),
        ("abc", "", 3), ("kitten", "sitting", 3),
    ])
    func `counts letters between words`(_ one: String, _ other: String, _ distance: Int) {
        #expect(Spelling.distance(one, other) == distance)
        #expect(Spelling.distance(other, one) == distance)
    }

    @Test func `finds the name that was meant, the newest of those that are alike, or none`() {
        let points = [Self.point("deploy-1", 1), Self.point("before", 2), Self.point("deploy-2", 3)]
        #expect(TargetSuggestion.nearest(to: "deploy", among: points)?.name == "deploy-2")
        #expect(TargetSuggestion.nearest(to: "bfore", among: points)?.name == "before")
        #expect(TargetSuggestion.nearest(to: "nothing like it", among: points) == nil)
        #expect(TargetSuggestion.nearest(to: "before", among: []) == nil)
    }

    @Test func `is what can be typed`() {
        let commit = WALEventLog.Commit(
            transaction: 7, time: Timestamp(seconds: 1_700_000_000), position: LogSequenceNumber(0x30))
        let found = TargetSuggestion.found(
            insteadOf: RecoveryGoal(.name("befor")), points: [Self.point("before", 2)], lastCommit: commit)
        #expect(found.map(\.option) == ["--to-name before", "--to-lsn 0/30"])
        let other = TargetSuggestion.found(
            insteadOf: RecoveryGoal(.transaction(9)), points: [Self.point("before", 2)], lastCommit: nil)
        #expect(other == [])
    }

    private func report(consistent: UInt64?) -> MissedTargetReport {
        var reach = RecoveryReach()
        reach.replayed = LogSequenceNumber(0x5000)
        reach.consistent = consistent.map { LogSequenceNumber($0) }
        let missed = MissedTarget(
            RecoveryGoal(.name("befor")), cause: .endOfWAL, summary: "the WAL ends", said: "FATAL",
            hint: "more?", reach: reach)
        var report = MissedTargetReport(missed)
        report.passed = PassedWAL(
            [Self.point("early", 0x100), Self.point("before", 0x3000)],
            lastCommit: .init(
                transaction: 7, time: Timestamp(seconds: 1_700_000_000), position: LogSequenceNumber(0x2000)))
        return report
    }

    @Test func `names what was passed, and never a place before the data are consistent`() {
        var report = report(consistent: 0x1000)
        report.files = .kept(target: "/srv/a b", staging: "/srv/.a b.pg_backctl")
        report.gap = "000000010000000000000007"
        #expect(report.message.contains("up to WAL position 0/5000, its last transaction of 2023-11-14"))
        #expect(report.message.contains("'000000010000000000000007' is missing from the archive"))
        let hints = report.hints.joined(separator: "\n")
        #expect(hints.contains("'early' (2023-11-14 22:17:36+00, 0/100), 'before' ("))
        #expect(hints.contains("--to-name before") && hints.contains("--to-lsn 0/2000"))
        #expect(hints.contains("pg_backctl restore --target '/srv/a b' --discard"))
        #expect(report.isKept)
        let late = self.report(consistent: 0x4000)
        #expect(!late.hints.contains { $0.contains("--to-") })
        #expect(late.hints.contains { $0.contains("were not kept") } && !late.isKept)
    }
}
