// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PrivatePostgres

/// Up to where a backup is recovered, and along which timeline.
struct GoalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Recover to this time; its zone must be said.", valueName: "time"))
    var toTime: String?

    @Option(help: ArgumentHelp("Recover to this position in WAL.", valueName: "lsn"))
    var toLsn: String?

    @Option(help: ArgumentHelp("Recover to the commit of this transaction.", valueName: "xid"))
    var toXid: String?

    @Option(help: ArgumentHelp("Recover to a point that pg_create_restore_point made.", valueName: "name"))
    var toName: String?

    @Option(
        help: ArgumentHelp(
            "The timeline to follow: latest, current or a number; has to be said when several lead on.",
            valueName: "timeline"))
    var timeline: String?

    var words: RecoveryGoal.Words {
        RecoveryGoal.Words(time: toTime, lsn: toLsn, transaction: toXid, name: toName, timeline: timeline)
    }

    /// Where it stops, as it was typed; nil when nobody says.
    var point: String? { toTime ?? toLsn ?? toXid ?? toName }
}
