// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import BackupFormats
@testable import PrivatePostgres

@Suite struct `The settings of a recovery` {
    private static func text(_ settings: RecoverySettingsText, after old: String = "") throws -> String {
        String(decoding: try settings.appended(to: Array(old.utf8)), as: UTF8.self)
    }

    @Test func `tell PostgreSQL the goal`() throws {
        let goal = RecoveryGoal(.name(#"it's \here"#), timeline: .number(3))
        let command = RestoreCommand(program: "/opt/my 100%'s/pg_backctl", arguments: ["wal-get", "/wal"])
        #expect(
            try Self.text(RecoverySettingsText(goal, command: command), after: "a = 1") == """
                a = 1
                # added by pg_backctl restore
                restore_command = '''/opt/my 100%%''\\\\''''s/pg_backctl'' ''wal-get'' ''/wal'' "%f" "%p"'
                recovery_target_name = 'it''s \\\\here'
                recovery_target_inclusive = 'on'
                recovery_target_action = 'promote'
                recovery_target_timeline = '3'

                """)
    }

    @Test func `say of every file that it is not there, where there is no archive`() throws {
        #expect(
            try Self.text(RecoverySettingsText(RecoveryGoal(.endOfBackup), command: nil), after: "a = 1\n")
                == """
                a = 1
                # added by pg_backctl restore
                restore_command = 'exit 1'
                recovery_target = 'immediate'
                recovery_target_inclusive = 'on'
                recovery_target_action = 'promote'
                recovery_target_timeline = 'current'

                """)
    }

    @Test func `of a standby name its primary`() throws {
        let settings = RecoverySettingsText(standbyOf: "host=a password='b c'", slot: "s", command: nil)
        #expect(
            try Self.text(settings) == """
                # added by pg_backctl restore
                primary_conninfo = 'host=a password=''b c'''
                primary_slot_name = 's'
                recovery_target_timeline = 'latest'

                """)
    }

    @Test(arguments: ["a\nb", "a\r", "\u{0}", "a\u{7F}"])
    func `cannot hold a control character`(_ value: String) {
        #expect(throws: PrivatePostgresError.self) {
            try Self.text(RecoverySettingsText(standbyOf: value, slot: nil, command: nil))
        }
    }

    @Test(arguments: [
        (RecoveryGoal.Target.lsn(LogSequenceNumber(0x2F_0000_0001)), "recovery_target_lsn = '2F/1'"),
        (.transaction(7), "recovery_target_xid = '7'"),
        (.time(Timestamp(seconds: 0)), "recovery_target_time = '1970-01-01 00:00:00+00'"),
    ])
    func `name the point`(_ target: RecoveryGoal.Target, _ line: String) throws {
        let text = try Self.text(RecoverySettingsText(RecoveryGoal(target), command: nil))
        #expect(text.contains("\n\(line)\n"))
    }

    /// PostgreSQL 15 and later read ahead, and fail where what lies behind the target is damaged.
    @Test func `read nothing ahead where recovery stops at a point`() {
        for target in [RecoveryGoal.Target.name("x"), .endOfBackup, .transaction(7)] {
            #expect(RecoverySettingsText(RecoveryGoal(target), command: nil).stopsAtPoint)
        }
        #expect(!RecoverySettingsText(RecoveryGoal(.endOfWAL), command: nil).stopsAtPoint)
    }

    @Test func `of a private server know no setting that its version has not`() throws {
        func names(_ major: Int) throws -> Set<String> {
            let settings = PrivateSettings(
                major: major,
                limits: .init(
                    connections: 3, workerProcesses: 0, walSenders: 0, preparedTransactions: 0,
                    locksPerTransaction: 64),
                walLevel: 1, recovery: RecoverySettingsText(RecoveryGoal(.endOfWAL), command: nil),
                socketDirectory: "/s", scratch: "/s")
            return Set(try settings.text().split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        }
        #expect(
            try names(18).subtracting(try names(13)) == [
                "recovery_init_sync_method", "log_startup_progress_interval", "archive_library",
                "allow_in_place_tablespaces", "event_triggers", "recovery_prefetch",
                "max_active_replication_origins",
            ])
        #expect(try names(15).isSuperset(of: ["archive_library", "listen_addresses", "restore_command"]))
    }

    /// `check_max_wal_size` and the start itself want two segments of either.
    @Test(arguments: [
        (UInt32(1 << 20), "80MB", "1024MB"), (16 << 20, "80MB", "1024MB"), (64 << 20, "128MB", "1024MB"),
        (1 << 30, "2048MB", "2048MB"),
    ])
    func `of a private server leave room for two segments, however large they are`(
        _ size: UInt32, _ least: String, _ most: String
    ) throws {
        let settings = PrivateSettings(
            major: 15,
            limits: .init(
                connections: 3, workerProcesses: 0, walSenders: 0, preparedTransactions: 0,
                locksPerTransaction: 64),
            walLevel: 1, segmentSize: size,
            recovery: RecoverySettingsText(RecoveryGoal(.endOfWAL), command: nil), socketDirectory: "/s",
            scratch: "/s")
        let text = try settings.text()
        #expect(text.contains("\nmin_wal_size = '\(least)'\n"), "\(text)")
        #expect(text.contains("\nmax_wal_size = '\(most)'\n"))
    }
}
