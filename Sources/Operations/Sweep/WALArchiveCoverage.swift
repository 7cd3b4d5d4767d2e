// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import ObjectStore
import Planning
import Restorer
import WALArchive

/// Whether the archive of WAL leads from the newest sound backup of each cluster up to now.
struct WALArchiveCoverage {
    private let store: SweepStore
    private let survey: StoreSurvey
    private let context: OperationContext
    /// What is missing, what nobody can follow, and by how much the newest data are behind what the configuration promises.
    private(set) var findings: [StoreFinding] = []
    /// By group: the newest moment whose data can be recovered now.
    private(set) var recoverableUntil: [String: Timestamp] = [:]

    /// Looks into the archive, for each cluster from its newest sound backup on; not where somebody has stopped the sweep.
    init(_ store: SweepStore, _ survey: StoreSurvey, _ context: OperationContext) {
        (self.store, self.survey, self.context) = (store, survey, context)
        let now = context.clock.now
        for (group, known, backup) in newestUsable where !context.cancellation.isRequested {
            look(group, known, backup, now)
        }
    }

    private mutating func look(_ group: String, _ known: KnownBackup, _ backup: Backup, _ now: Timestamp) {
        var newest = known.taken
        do {
            if let view = try view(from: backup) {
                let gaps = view.ways.compactMap { way in way.outlook.gap.map { gap(group, known, $0) } }
                findings += gaps + timelines(group, view.timelines)
                newest = max(newest, view.ways.compactMap(\.newestData).max() ?? newest)
            }
            recoverableUntil[group] = newest
            findings += lag(group, since: newest, now)
        } catch { findings.append(unread(group, ToldError(error))) }
    }

    /// Nil where there is no archive.
    private func view(from backup: Backup) throws -> WALArchiveView? {
        guard let archive = try store.walArchive?.get() else { return nil }
        // What the survey reads through ends with the sweep's bytes and time.
        return try WALArchiveView.look(
            at: backup, in: StoreOpening(address: store.address.get(), context: context).open(jobs: 1),
            archive: StoreOpening(address: archive, context: context).open(jobs: 1),
            withRestorePoints: false, cancellation: context.cancellation)
    }

    /// Of each group the newest backup that is whole and against which nothing is known.
    private var newestUsable: [(String, KnownBackup, Backup)] {
        Dictionary(
            grouping: survey.known.filter { $0.isUsable && survey.liveGroups.contains($0.group) }, by: \.group
        ).sorted { $0.key < $1.key }
            .compactMap { group, known in
                known.max { $0.taken < $1.taken }.flatMap { newest in
                    survey.backups[newest.key.label].map { (group, newest, $0) }
                }
            }
    }

    private func gap(_ group: String, _ known: KnownBackup, _ gap: WALOutlook.Gap) -> StoreFinding {
        StoreFinding(
            kind: "wal-gap", subject: group, severity: .error,
            message:
                "'\(gap.first)' is missing in the archive of WAL, and \(Units.count(Int(clamping: gap.later), "segment")) behind it lead nowhere from \(known.key.label)",
            advice: "take a new base backup; look at archive_command and the archive's retention")
    }

    private func timelines(_ group: String, _ decision: TimelineDecision) -> [StoreFinding] {
        switch decision.outcome {
        case .follow: []
        case .ask(let heads):
            [
                StoreFinding(
                    kind: "wal-timelines", subject: group, severity: .error,
                    message:
                        "timelines \(heads.map { "\($0)" }.joined(separator: ", ")) lead on and none contains the others: a clone may archive here",
                    advice: "see which one is production's; a restore needs --timeline")
            ]
        case .noRoute(let timeline):
            [
                StoreFinding(
                    kind: "wal-timelines", subject: group, severity: .error,
                    message: "timeline \(timeline) does not come from where the newest sound backup ends",
                    advice: "is its history file in the archive?")
            ]
        }
    }

    /// What could be lost now, against what the configuration promises.
    private func lag(_ group: String, since newest: Timestamp, _ now: Timestamp) -> [StoreFinding] {
        let behind = Double(now.seconds(since: newest))
        guard let target = store.targetRPO, behind > target else { return [] }
        return [
            StoreFinding(
                kind: "rpo-missed", subject: group, severity: .error,
                message:
                    "the newest data that can be recovered are of \(newest), \(Units.duration(behind)) ago; the target is \(Units.duration(target))",
                advice: store.walArchive == nil
                    ? "take backups more often, or archive WAL"
                    : "look at archive_command: pg_stat_archiver on the origin")
        ]
    }

    /// It is not the backup's fault, and nobody knows how far the archive leads.
    private func unread(_ group: String, _ error: ToldError) -> StoreFinding {
        StoreFinding(
            kind: "wal-unread", subject: group, severity: .error,
            message: "the archive of WAL could not be looked at: \(error.message)", advice: error.hints.first)
    }
}

extension KnownBackup {
    fileprivate var isUsable: Bool {
        goneSince == nil && !isIncomplete && standing != .damaged && standing != .tampered
    }
}

extension WALArchiveView.Way {
    /// The newest moment of which data are there: of the last transaction, or when the last segment came, for what was idle.
    fileprivate var newestData: Timestamp? {
        [window.latest.time, outlook.gap == nil ? outlook.archived : nil].compactMap(\.self).max()
    }
}
