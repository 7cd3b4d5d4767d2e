// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Testing

@testable import PrivatePostgres

@Suite struct `The log of a recovery` {
    private static func read(_ text: String) -> RecoveryLog {
        var log = RecoveryLog()
        for line in text.split(separator: "\n") { log.receive(String(line)) }
        return log
    }

    private static func message(
        _ log: RecoveryLog, minimum: LogSequenceNumber? = nil, hasArchive: Bool = true
    ) -> String {
        RecoveryFault(
            goal: RecoveryGoal(.name("x")), log: log, minimumRecoveryPoint: minimum, ending: "it ended",
            hasArchive: hasArchive, directory: "/target"
        ).error.message
    }

    @Test func `says how far it got`() {
        let log = Self.read(
            """
            LOG:  redo starts at 0/2000028
            LOG:  consistent recovery state reached at 0/2000100
            LOG:  redo in progress, elapsed time: 1.00 s, current LSN: 0/3000000
            LOG:  redo done at 0/4000060 system usage: CPU: user: 0.00 s
            LOG:  last completed transaction was at log time 2026-11-25 23:50:00.5+00
            """)
        #expect(log.reach.start == LogSequenceNumber(0x200_0028))
        #expect(log.reach.consistent == LogSequenceNumber(0x200_0100))
        #expect(log.reach.replayed == LogSequenceNumber(0x400_0060))
        #expect(log.reach.lastTransaction == Timestamp(iso8601: "2026-11-25T23:50:00.5Z"))
        #expect(!log.hasStopped && log.fatal == nil)
        #expect(Self.read("LOG:  recovery stopping before commit of transaction 7").hasStopped)
    }

    @Test func `is not believed where it makes no sense`() {
        let log = Self.read(
            """
            LOG:  redo starts at
            LOG:  redo done at 0/999999999
            LOG:  last completed transaction was at log time yesterday
            WARNING:  LOG:  redo done at 0/5
            recovery stopping after nothing
            """)
        #expect(log.reach == RecoveryReach() && !log.hasStopped)
        #expect(log.last.count == 5)
    }

    /// Said by PostgreSQL, or by the program that fetches WAL, just before PostgreSQL gives up.
    @Test(arguments: [
        "PANIC:  could not write to file \"pg_wal/xlogtemp.9\": No space left on device",
        """
        error: 'pg_wal/RECOVERYXLOG': cannot be written: No space left on device
        HINT: free some room there.
        FATAL:  could not restore file "000000010000000000000021" from archive: command not executable
        LOG:  startup process (PID 7) exited with exit code 1
        LOG:  terminating any other active server processes
        LOG:  shutting down due to startup process failure
        LOG:  database system is shut down
        """,
    ])
    func `of a full disk is no failure of the server`(_ lines: String) {
        let log = Self.read(lines)
        let fault = RecoveryFault(
            goal: RecoveryGoal(.endOfWAL), log: log, ending: "it ended", hasArchive: false,
            directory: "/target"
        ).error
        #expect(fault.exitStatus == .noSpace && fault.message.contains("/target"))
    }

    @Test func `tells the first fatal fault with its detail`() {
        let log = Self.read(
            """
            FATAL:  recovery aborted because of insufficient parameter settings
            DETAIL:  max_connections = 5 is lower
            HINT:  You can restart
            LOG:  startup process exited
            HINT:  something else
            FATAL:  the second
            DETAIL:  its detail
            """)
        #expect(
            log.fatal == "FATAL:  recovery aborted because of insufficient parameter settings; "
                + "DETAIL:  max_connections = 5 is lower; HINT:  You can restart")
    }

    @Test(arguments: [
        (
            "FATAL:  recovery ended before configured recovery target was reached",
            "the WAL ends before the target"
        ),
        (
            "FATAL:  requested recovery stop point is before consistent recovery point",
            "before the end of the backup"
        ),
        (
            "FATAL:  requested timeline 2 is not a child of this server's history",
            "does not go through this backup"
        ),
        ("FATAL:  recovery target timeline 7 does not exist", "in neither the backup nor the archive"),
        ("FATAL:  could not find redo location referenced by checkpoint record", "begins with is missing"),
        ("PANIC:  could not locate a valid checkpoint record", "begins with is missing"),
        ("FATAL:  WAL ends before end of online backup", "the WAL ends before the end of the backup"),
        (
            #"FATAL:  could not restore file "00000002.history" from archive: exit code 126"#,
            "could not be read"
        ),
        ("FATAL:  something new", "the server did not come up"),
    ])
    func `is told in our words and in PostgreSQL's`(_ line: String, _ words: String) {
        let message = Self.message(Self.read(line))
        #expect(message.hasPrefix("recovery to restore point 'x' failed: "))
        #expect(message.contains(words) && message.hasSuffix("(PostgreSQL: \(line))"), "\(message)")
    }

    @Test func `is not needed to say how far it got`() {
        #expect(Self.message(RecoveryLog()).hasSuffix("before anything was recovered (PostgreSQL: it ended)"))
        let minimum = LogSequenceNumber(0x300_0000)
        #expect(Self.message(RecoveryLog(), minimum: minimum).contains("up to WAL position 0/3000000 (Post"))
        #expect(!Self.message(RecoveryLog(), minimum: LogSequenceNumber(0)).contains("0/0"))
    }

    @Test func `names the segment in the title of the process that replays`() {
        let title = "postgres: startup recovering 0000000100000000000000A3 "
        #expect(RecoveryWatch.segment(inTitle: title)?.description == "0000000100000000000000A3")
        #expect(
            RecoveryWatch.segment(inTitle: "postgres: startup waiting for 0000000100000000000000A3") == nil)
        #expect(RecoveryWatch.segment(inTitle: "sh -c startup recovering 0000000100000000000000A3") == nil)
    }
}
