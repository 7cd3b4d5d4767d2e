// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
import AuditModel
import PrivatePostgres

/// Which backup is tried, and up to where it is recovered.
struct TrialGoalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The newest sound one (latest), or a label as `list` prints it.", valueName: "which"))
    var backup = "latest"

    @Option(
        help: ArgumentHelp(
            "Replay WAL of this archive, too: s3://bucket/prefix, or a directory.", valueName: "location"))
    var walArchive: String?

    @Option(help: ArgumentHelp("Recover to this time; its zone must be said.", valueName: "time"))
    var toTime: String?

    @Option(help: ArgumentHelp("Recover to this position in WAL.", valueName: "lsn"))
    var toLsn: String?

    @Option(help: ArgumentHelp("Recover to the commit of this transaction.", valueName: "xid"))
    var toXid: String?

    @Option(help: ArgumentHelp("Recover to a point that pg_create_restore_point made.", valueName: "name"))
    var toName: String?

    @Flag(help: "Recover to a time that is taken by chance.")
    var randomTime = false

    @Option(
        help: ArgumentHelp(
            "Take the same time by chance as the trial that told this seed.", valueName: "number"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("The timeline to follow: latest, current or a number.", valueName: "timeline"))
    var timeline: String?

    var words: RecoveryGoal.Words {
        RecoveryGoal.Words(time: toTime, lsn: toLsn, transaction: toXid, name: toName, timeline: timeline)
    }

    /// What chance is drawn from; nil where the goal is said.
    func chance() throws -> UInt64? {
        guard randomTime || seed != nil else { return nil }
        guard walArchive != nil else {
            throw CommandError.usage(
                "--random-time needs WAL from which a time can be taken", hint: "name it: --wal-archive.")
        }
        guard [toTime, toLsn, toXid, toName].allSatisfy({ $0 == nil }) else {
            throw CommandError.usage(
                "--random-time and the --to-… options exclude each other", hint: "name one of them.")
        }
        return seed ?? UInt64(UInt32.random(in: 1 ... .max))
    }
}

/// What runs it, and where.
struct TrialRuntimeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What runs PostgreSQL: local, by programs of this machine.", valueName: "runtime"))
    var runtime: TrialStart.Runtime = .local

    @Option(
        help: ArgumentHelp(
            "The folder in which it is put together; it needs as much room as a restore.", valueName: "dir"))
    var scratch = "/var/tmp"

    @Option(help: ArgumentHelp("Who PostgreSQL runs as.", valueName: "user"))
    var owner: String?

    @Option(help: ArgumentHelp("Where postgres and psql are.", valueName: "dir"))
    var pgBin: String?

    @Option(
        help: ArgumentHelp(
            "Keep what failed for so long, to be looked at: 30m, 4h, 2d.", valueName: "time"))
    var keepOnFailure: String?
}

extension TrialStart.Runtime: ExpressibleByArgument {}
