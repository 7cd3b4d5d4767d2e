// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History

/// What the history knows by now of the backups that a sweep has told of: verifications, restores and trials by hand come after it.
struct KnownNow {
    private let url: String
    private let standings: [String: BackupStanding]
    private let readings: [String: NewestReading]
    /// By the URLs of the backups, the newest first.
    private let trials: [String: [TrialLine]]

    /// `url` is the store's.
    init(at url: String, _ history: HistoryDatabase) throws {
        self.url = url
        standings = try history.standings(at: url)
        readings = try history.newestReadings(at: url)
        trials = Dictionary(grouping: try history.trials(.init(place: url))) { $0.start.place.url }
    }

    /// The backups with their newest verdicts, and what trials have come to since.
    func told(_ backups: [BackupStatus]) -> [BackupStatus] {
        var failures = TrialFailures()
        for backup in backups {
            failures.count(trials[place(of: backup)] ?? [], of: backup.label, in: backup.group)
        }
        return backups.map { backup in
            var backup = told(backup)
            backup.failedTrial = failures.openFailure(of: backup.label)
            return backup
        }
    }

    /// The backup with its newest verdict.
    private func told(_ backup: BackupStatus) -> BackupStatus {
        var backup = backup
        let place = place(of: backup)
        switch standings[place]?.verdict {
        case let bad? where bad.isBad: backup.verdict = bad
        case .verified? where readings[place]?.isUnsettled == true: backup.verdict = .inconclusive
        case .verified? where backup.verdict?.isBad == true: backup.verdict = .verified
        default: break
        }
        if backup.verdict?.isBad == true { backup.level = nil }
        return backup
    }

    /// What the history calls it; the folder of one backup may be a store, too, and has the backup's name.
    private func place(of backup: BackupStatus) -> String {
        let below = "\(url)/\(backup.label)"
        return standings[below] == nil && url.hasSuffix("/\(backup.label)") ? url : below
    }
}

extension PolicyStanding {
    /// With no backup within policy that is known to be bad by now.
    func restingOn(_ backups: [BackupStatus]) -> PolicyStanding {
        let bad = backups.filter { $0.verdict?.isBad == true }
        var standing = self
        standing.backupsWithin = min(backupsWithin, max(0, self.backups - bad.count))
        let lost = bad.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        standing.bytesWithin = min(bytesWithin, bytes - min(bytes, lost))
        return standing
    }
}

extension GroupStatus {
    /// With no recovery point that is known to be bad by now, whose newest reading came to no verdict, or whose trial failed.
    func restingOn(_ backups: [BackupStatus]) -> GroupStatus {
        guard let point = newestSound,
            backups.contains(where: {
                $0.label == point.label && ($0.verdict != .verified || $0.failedTrial != nil)
            })
        else { return self }
        var group = self
        let sound = backups.filter {
            $0.group == name && $0.verdict == .verified && $0.failedTrial == nil
        }
        let next = sound.max { ($0.taken?.nanoseconds ?? .min) < ($1.taken?.nanoseconds ?? .min) }
        group.newestSound = next.map { backup in
            RecoveryPoint(
                label: backup.label, taken: backup.taken, level: backup.level,
                lastProof: backup.proofs.map(\.at).max())
        }
        // Whether the archive of WAL leads on from there, nobody has looked yet.
        group.recoverableUntil = next?.taken
        return group
    }
}
