// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore
import PrivatePostgres
import WALArchive

/// Why a plan cannot be carried out, seen from what is known before anything is read: values in, values out.
extension RestorePlan {
    /// What has to be answered comes before what cannot be helped.
    var foundObjections: [RestoreError] {
        [unplacedTablespaces, missingArchive, openTimeline, noRoute].compactMap(\.self) + unreadableObjects
            + [foreignArchive, coldWAL, gap, unreached].compactMap(\.self)
    }

    private var unplacedTablespaces: RestoreError? {
        guard !unmapped.isEmpty else { return nil }
        let list = unmapped.map {
            "\($0.identifier) (was in \($0.origin.map { "'\($0)'" } ?? "an unknown place"))"
        }
        return .argumentMissing(
            unmapped.map { "--map \($0.identifier)=DIR" }.joined(separator: " "),
            hint:
                "the backup has tablespaces, which never go back to where they were by themselves: \(list.joined(separator: ", ")); --map-all DIR puts each into DIR/OID."
        )
    }

    /// A backup holds WAL up to its own end only; one of a standby may hold more.
    private var missingArchive: RestoreError? {
        guard archive == nil, !request.isStandby else { return nil }
        switch request.goal.target {
        case .time: break
        case .lsn(let position):
            guard facts.backupLabel?.isFromStandby != true, let end = ranges.map(\.end).max(), position > end
            else { return nil }
        case .endOfBackup, .endOfWAL, .transaction, .name: return nil
        }
        return .argumentMissing(
            "--wal-archive LOCATION, for recovery to \(request.goal)",
            hint:
                "the backup holds WAL up to its own end and no further: name the archive that holds the rest."
        )
    }

    private var openTimeline: RestoreError? {
        guard let timelines, case .ask(let heads) = timelines.outcome else { return nil }
        let list = timelines.lines.filter { heads.contains($0.timeline) }.map(\.words)
        return .argumentMissing(
            "--timeline \(heads.map(String.init).joined(separator: "|"))",
            hint:
                "several timelines lead on from the backup, and none has the WAL of the others: \(list.joined(separator: "; "))."
        )
    }

    private var noRoute: RestoreError? {
        guard let timelines, case .noRoute(let wanted) = timelines.outcome, !request.isStandby else {
            return nil
        }
        let list = timelines.lines.map { "\($0.timeline)" }.joined(separator: ", ")
        return .usage(
            "timeline \(wanted) does not come from where backup '\(facts.label)' ends, or its history is not in the archive",
            hint:
                "those that do are \(list): name one after --timeline, or restore a backup of that timeline.")
    }

    private var unreadableObjects: [RestoreError] {
        sources.compactMap { Self.archived(among: $0.backup.objects) }
    }

    /// The first object that cannot be read as it is.
    static func archived(among objects: [StoredObject]) -> RestoreError? {
        objects.first { $0.needsRestoring }.map {
            .unreadable(.coldStorage($0.name, storageClass: $0.storageClass ?? ""))
        }
    }

    /// A segment on the way that cannot be read as it is; one behind a position that recovery stops at is not needed.
    private var coldWAL: RestoreError? {
        guard case .holds(let outlook)? = archive, let cold = outlook.cold, !request.isStandby else {
            return nil
        }
        switch request.goal.target {
        case .endOfBackup: return nil
        case .lsn(let position) where position < cold.start: return nil
        default: break
        }
        return .failed(
            "recovery to \(goal)",
            reason:
                "'\(cold.object)' of the archive is in storage class \(cold.storageClass), and cannot be read",
            hint:
                "bring it and what follows it back from there, or say with --to-lsn that a place before \(cold.start) is as far as you want."
        )
    }

    private var foreignArchive: RestoreError? {
        guard let wanted = facts.systemIdentifier, let found = window?.systemIdentifier, wanted != found
        else { return nil }
        return .failed(
            "looking at the archive of WAL",
            reason: "it is of cluster \(found), and the backup of cluster \(wanted)",
            hint: "name the archive of the cluster that the backup is of.")
    }

    private var gap: RestoreError? {
        guard case .holds(let outlook)? = archive, let gap = outlook.gap, !request.isStandby,
            reachesGoal(outlook) == false
        else { return nil }
        return .failed(
            "recovery to \(goal)",
            reason:
                "'\(gap.first)' is missing, and the archive has later WAL: recovery would end at \(outlook.end)",
            hint:
                "bring that segment back; or say with --to-lsn that \(window.map { "a place before \($0.latest.position)" } ?? "a place before it") is as far as you want."
        )
    }

    private var unreached: RestoreError? {
        guard case .holds(let outlook)? = archive, outlook.gap == nil, !request.isStandby,
            reachesGoal(outlook) == false, let window
        else { return nil }
        if case .name(let name) = request.goal.target {
            let points = window.restorePoints?.map { "'\($0.name)'" } ?? []
            return .failed(
                "planning recovery to \(goal)",
                reason: "the archive has no restore point '\(ObjectName(name))'",
                hint: points.isEmpty
                    ? "it has none at all: --to-time or --to-lsn."
                    : "it has \(points.prefix(20).joined(separator: ", ")).")
        }
        let last = window.latest.time.map { ", its last transaction of \(PostgresTime.text(of: $0))" } ?? ""
        return .failed(
            "recovery to \(goal)",
            reason: "the archive ends before the goal: its WAL ends at \(window.latest.position)\(last)",
            hint: window.unfinished.isEmpty
                ? "does the archive hold newer WAL? without a target, recovery goes as far as it can."
                : "an unfinished segment holds more: --allow-unfinished recovers it.")
    }

    /// Whether the archive has a restore point of this name; nil where not all of its WAL was read for that.
    private func holds(_ name: String) -> Bool? {
        guard let window, let points = window.restorePoints, !window.hasMoreRestorePoints,
            window.trouble == nil
        else { return nil }
        return points.contains { $0.name == ObjectName(name) }
    }

    /// What recovery is going to stop at before its goal: a tablespace without a place, which surely lies before that.
    ///
    /// All is kept then and goes on with a `--map`, so it is no reason against beginning.
    public var expectedStop: RestoreError? {
        laterTablespaces.first { made in
            request.tablespaces[made.identifier] == nil && surelyComes(made)
        }.map {
            .tablespaceUnplaced(
                .init($0.identifier, path: $0.path, at: $0.position, after: $0.previous))
        }
    }

    /// Whether recovery to the goal surely replays the record that makes a tablespace.
    private func surelyComes(_ made: RecoverableWindow.Tablespace) -> Bool {
        if let end = ranges.map(\.end).max(), made.position < end { return true }
        return switch request.goal.target {
        case .endOfWAL: true
        case .lsn(let goal): (made.previous ?? made.position) < goal
        case .endOfBackup, .time, .transaction, .name: false
        }
    }

    /// Whether recovery comes to its goal with the WAL that follows without a gap; nil where that is not known.
    private func reachesGoal(_ outlook: WALOutlook) -> Bool? {
        guard !outlook.isCut, let window else { return nil }
        switch request.goal.target {
        case .endOfBackup: return true
        case .endOfWAL: return outlook.gap == nil
        case .time(let time): return window.reaches(time)
        case .lsn(let position): return window.reaches(position)
        // Only all of the WAL could tell.
        case .name(let name): return holds(name) ?? true
        case .transaction: return true
        }
    }
}

extension TimelineDecision.Line {
    /// What a person has to know to choose it.
    var words: String {
        let begins =
            origin.map { ", begun at \($0.position) from timeline \($0.timeline)" } ?? ", the backup's own"
        return "\(timeline)\(begins)\(last.map { ", up to '\($0)'" } ?? "")"
    }
}
