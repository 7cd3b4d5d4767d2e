// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Testing

@testable import PrivatePostgres

@Suite struct `The goal of a recovery` {
    private static func parse(
        _ words: RecoveryGoal.Words, hasArchive: Bool = true
    ) throws(PrivatePostgresError) -> RecoveryGoal { try RecoveryGoal.parse(words, hasArchive: hasArchive) }

    private static let times: [(String, String?)] = [
        ("2026-11-02T03:00:00Z", "2026-11-02 03:00:00+00"),
        ("2026-11-02 04:00:00+01", "2026-11-02 03:00:00+00"),
        ("2026-11-02 03:00+00:00", "2026-11-02 03:00:00+00"),
        ("2026-11-02 03:00:00 UTC", "2026-11-02 03:00:00+00"),
        ("2026-11-02 03:00:00.123456789-0330", "2026-11-02 06:30:00.123456+00"),
        ("2026-11-02 03:00:00.000007Z", "2026-11-02 03:00:00.000007+00"),
        ("2000-01-01 00:30:00+01", nil), ("2026-11-02 03:00:00", nil), ("2026-11-02", nil), ("now", nil),
        ("2026-02-30 03:00:00Z", nil), ("2026-11-02 25:00:00Z", nil), ("1026-11-02 03:00:00Z", nil),
        ("2026-11-02 03:00:00+16", nil), ("2026-11-02 03:00:00+01:60", nil), ("2026-11-02 03:00:00 CET", nil),
        ("2026-11-02 03:00:00Z'; x", nil), ("", nil),
    ]

    @Test(arguments: times)
    func `takes a time with its zone and nothing else`(_ text: String, _ expected: String?) throws {
        let goal = try? Self.parse(.init(time: text))
        guard case .time(let time) = goal?.target else {
            #expect(expected == nil)
            #expect(throws: PrivatePostgresError.self) { try Self.parse(.init(time: text)) }
            return
        }
        #expect(PostgresTime.text(of: time) == expected)
    }

    @Test func `says that the zone is missing`() {
        #expect {
            try Self.parse(.init(time: "2026-11-02 03:00:00"))
        } throws: { error in
            (error as? PrivatePostgresError)?.message == "the time '2026-11-02 03:00:00' has no zone"
                && (error as? PrivatePostgresError)?.exitStatus == .usage
        }
    }

    private static let goals: [(RecoveryGoal.Words, RecoveryGoal?)] = [
        (RecoveryGoal.Words(lsn: "2F/4A0001C8"), RecoveryGoal(.lsn(LogSequenceNumber(0x2F_4A00_01C8)))),
        (.init(transaction: "007"), RecoveryGoal(.transaction(7))),
        (.init(transaction: "4294967299"), RecoveryGoal(.transaction(4_294_967_299))),
        (.init(name: "before it's gone"), RecoveryGoal(.name("before it's gone"))),
        (
            .init(name: String(repeating: "é", count: 31)),
            RecoveryGoal(.name(String(repeating: "é", count: 31)))
        ),
        (.init(timeline: "latest"), RecoveryGoal(.endOfWAL, timeline: .latest)),
        (.init(timeline: "current"), RecoveryGoal(.endOfWAL, timeline: .current)),
        (.init(timeline: "12"), RecoveryGoal(.endOfWAL, timeline: .number(12))),
        (.init(lsn: "0/0"), nil), (.init(lsn: "0/G"), nil), (.init(lsn: "1"), nil),
        (.init(lsn: "0/123456789"), nil),
        (.init(transaction: "2"), nil), (.init(transaction: "0x10"), nil), (.init(transaction: "-5"), nil),
        (.init(transaction: "4294967296"), nil), (.init(transaction: "18446744073709551616"), nil),
        (.init(transaction: ""), nil), (.init(name: ""), nil), (.init(name: "a\nb"), nil),
        (.init(name: String(repeating: "é", count: 32)), nil), (.init(timeline: "0"), nil),
        (.init(timeline: "+1"), nil), (.init(timeline: "4294967296"), nil), (.init(timeline: ""), nil),
        (.init(lsn: "0/1", name: "a"), nil), (.init(time: "2026-11-02T03:00:00Z", transaction: "7"), nil),
    ]

    @Test(arguments: goals)
    func `is read strictly`(_ words: RecoveryGoal.Words, _ expected: RecoveryGoal?) throws {
        guard let expected else {
            #expect { try Self.parse(words) } throws: { ($0 as? PrivatePostgresError)?.exitStatus == .usage }
            return
        }
        #expect(try Self.parse(words) == expected)
    }

    @Test func `is the end of the backup where there is no archive`() throws {
        #expect(try Self.parse(.init(), hasArchive: false) == RecoveryGoal(.endOfBackup))
    }

    private static let backup = BackupExtent(
        label: "20261102T030000", started: Timestamp(iso8601: "2026-11-02T03:00:00Z"),
        ranges: [
            WALRange(timeline: 2, start: LogSequenceNumber(0x200), end: LogSequenceNumber(0x300)),
            WALRange(timeline: 3, start: LogSequenceNumber(0x300), end: LogSequenceNumber(0x500)),
        ])

    private static let reaches: [(RecoveryGoal.Words, String?)] = [
        (RecoveryGoal.Words(lsn: "0/4FF"), "WAL position 0/4FF is before 0/500, where backup"),
        (.init(lsn: "0/500"), nil),
        (
            .init(time: "2026-11-02T02:59:59Z"),
            "2026-11-02 02:59:59+00 is before 2026-11-02 03:00:00+00, when backup"
        ),
        (.init(time: "2026-11-02T03:00:00Z"), nil), (.init(timeline: "3"), nil),
        (.init(timeline: "2"), "timeline 2 is older than timeline 3 of backup"),
        (.init(transaction: "7"), nil),
    ]

    @Test(arguments: reaches)
    func `before the end of the backup is refused with the numbers`(
        _ words: RecoveryGoal.Words, _ message: String?
    ) throws {
        let goal = try Self.parse(words)
        guard let message else { return try goal.checkReach(of: Self.backup) }
        #expect { try goal.checkReach(of: Self.backup) } throws: { error in
            let error = error as? PrivatePostgresError
            return error?.message.hasPrefix(message) == true && error?.exitStatus == .usage
        }
        // Nothing is known, nothing is refused.
        try goal.checkReach(of: BackupExtent(label: "b", started: nil, ranges: []))
    }

    /// A server that was shut down, or is a standby, may have no record behind its consistency to stop before.
    @Test func `is the end of all WAL where PostgreSQL would find no record to stop at`() throws {
        let label = { (origin: String) in
            try BackupLabel.parse(
                Array(
                    """
                    START WAL LOCATION: 0/900028 (file 000000010000000000000009)
                    CHECKPOINT LOCATION: 0/900060
                    BACKUP METHOD: streamed
                    BACKUP FROM: \(origin)
                    START TIME: 2026-11-26 15:36:46 UTC
                    LABEL: pg_basebackup base backup
                    START TIMELINE: 1

                    """.utf8))
        }
        let (primary, standby) = (try label("primary"), try label("standby"))
        let end = RecoveryGoal(.endOfBackup)
        #expect(end.asked(of: primary, in: .inProduction, endingOn: [1]) == end)
        #expect(end.asked(of: nil, in: .inArchiveRecovery, endingOn: [1]) == end)
        let all = RecoveryGoal(.endOfWAL, timeline: .current)
        #expect(end.asked(of: standby, in: .inArchiveRecovery, endingOn: [1]) == all)
        #expect(end.asked(of: primary, in: .shutDown, endingOn: [1]) == all)
        let switched = RecoveryGoal(.endOfWAL, timeline: .number(2))
        #expect(end.asked(of: standby, in: .inArchiveRecovery, endingOn: [1, 2]) == switched)
        let named = RecoveryGoal(.name("here"))
        #expect(named.asked(of: standby, in: .inArchiveRecovery, endingOn: [1]) == named)
    }

    @Test func `stays on the backup's timeline where only its end is wanted`() {
        #expect(RecoveryGoal(.endOfBackup).timelineSetting(endingOn: [2]) == .current)
        #expect(RecoveryGoal(.endOfBackup).timelineSetting(endingOn: []) == .current)
        #expect(RecoveryGoal(.endOfBackup).timelineSetting(endingOn: [2, 3]) == .number(3))
        #expect(RecoveryGoal(.endOfBackup, timeline: .latest).timelineSetting(endingOn: [2]) == .latest)
        #expect(RecoveryGoal(.endOfWAL).timelineSetting(endingOn: [2]) == .latest)
    }
}
