// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Tells why recovery did not come to its goal, in words for who asked for it.
struct RecoveryFault {
    var goal: RecoveryGoal
    var log: RecoveryLog
    /// What pg_control says of the data directory now, when it can be read.
    var minimumRecoveryPoint: LogSequenceNumber?
    /// How the server ended, for when it said nothing.
    var ending: String
    var hasArchive: Bool
    var directory: String

    var error: PrivatePostgresError { ofTheMachine ?? fault }

    /// What the machine fell short of; nil where nothing says that it did.
    var ofTheMachine: PrivatePostgresError? {
        // That a process cannot be started is told without a FATAL.
        let words = log.fatal.map { [$0] } ?? log.last
        for said in words {
            if let shortage = MachineShortage(said) { return .machineShort(shortage, words: said) }
        }
        guard let said = wordsOfFullDisk else { return nil }
        return .noSpace(directory, needed: "more for recovery", available: "nothing (PostgreSQL: \(said))")
    }

    /// PostgreSQL's own, or those of the program that it fetches WAL with.
    private var wordsOfFullDisk: String? {
        let isFetching = log.fatal?.contains("could not restore file") ?? true
        let around = isFetching ? log.beforeFatal + log.last : []
        return ([log.fatal].compactMap(\.self) + around).first {
            $0.lowercased().contains("no space left on device")
        }
    }

    private var fault: PrivatePostgresError {
        let (summary, hint, cause) = explanation
        let said = log.fatal ?? log.last.last ?? ending
        let missed = MissedTarget(
            goal, cause: cause ?? .endOfWAL, summary: summary, said: said, hint: hint, reach: reach)
        guard cause != nil, goal.canBeMissed else {
            return .failed(missed.step, reason: missed.reason(), hint: hint)
        }
        return .targetMissed(missed)
    }

    private typealias Explanation = (summary: String, hint: String, cause: MissedTarget.Cause?)

    /// By what stands in PostgreSQL's FATAL; in their order.
    private static let known:
        [(
            words: String, summary: String, hint: String, cause: MissedTarget.Cause?
        )] = [
            (
                "is before consistent recovery point", "the target lies before the end of the backup",
                "restore an older backup, or a later point.", .beforeConsistency
            ),
            (
                "is not a child of this server's history", "the timeline does not go through this backup",
                "choose another --timeline, or a backup taken on that one.", .timeline
            ),
            (
                "recovery target timeline", "the timeline is in neither the backup nor the archive",
                "look which .history files the archive holds.", .timeline
            ),
            (
                "WAL ends before end of online backup", "the WAL ends before the end of the backup",
                "name the archive that holds the rest after --wal-archive.", .endOfWAL
            ),
            (
                "WAL ends before consistent recovery point", "the WAL ends before the data are consistent",
                "name the archive that holds the rest after --wal-archive.", .endOfWAL
            ),
            (
                "could not find redo location", "the WAL that recovery begins with is missing",
                "name the archive that holds it after --wal-archive.", .endOfWAL
            ),
            (
                "could not locate required checkpoint record", "the WAL that recovery begins with is missing",
                "name the archive that holds it after --wal-archive.", .endOfWAL
            ),
            (
                "could not locate a valid checkpoint record", "the WAL that recovery begins with is missing",
                "name the archive that holds it after --wal-archive.", .endOfWAL
            ),
            (
                "could not restore file", "the archive of WAL could not be read",
                "mend the access to it and run the same command again.", .unreadableWAL
            ),
            (
                "resource manager with ID", "the WAL belongs to an extension that has to be loaded",
                "use --no-start, and recover with your own settings and that extension.", nil
            ),
            (
                "generated with wal_level=minimal", "the WAL was written with wal_level=minimal",
                "no backup can be recovered over that; choose a point before it.", .unreadableWAL
            ),
            (
                "insufficient parameter settings", "the server it came from had larger limits",
                "use --no-start, and start it with the settings of that server.", nil
            ),
            (
                "shared memory", "the server could not use its shared memory",
                "does another server use it still? `ipcs -m` shows what there is.", nil
            ),
            (
                "incompatible with server", "these binaries are of another version or build",
                "name the right ones after --pg-bin.", nil
            ),
        ]

    private var explanation: Explanation {
        let said = log.fatal ?? log.last.joined(separator: " ")
        if said.contains("recovery ended before configured recovery target was reached") { return unreached }
        if let known = Self.known.first(where: { said.contains($0.words) }) {
            return (known.summary, known.hint, known.cause)
        }
        return ("the server did not come up", "PostgreSQL's own words say more.", nil)
    }

    private var unreached: Explanation {
        (
            "the WAL ends before the target",
            hasArchive
                ? "does the archive hold newer WAL? without a target, recovery goes as far as it can."
                : "the backup holds WAL up to its own end only: name an archive after --wal-archive.",
            .endOfWAL
        )
    }

    private var reach: RecoveryReach {
        var reach = log.reach
        // Zero in a backup that was not recovered at all.
        let minimum = minimumRecoveryPoint.flatMap { $0.position > 0 ? $0 : nil }
        reach.replayed = [reach.replayed, minimum].compactMap(\.self).max()
        return reach
    }
}
