// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History

/// What the history knows by now of the backups that a sweep has told of: verifications, restores and trials by hand come after it.
struct KnownNow {
    private let url: String
    private let standings: [String: BackupStanding]
    private let unsettled: Set<String>

    /// `url` is the store's.
    init(at url: String, _ history: HistoryDatabase) throws {
        self.url = url
        standings = try history.standings(at: url)
        unsettled = try history.unsettled(at: url)
    }

    /// The backup with its newest verdict.
    func told(_ backup: BackupStatus) -> BackupStatus {
        var backup = backup
        let place = backup.label.isEmpty || standings[url] != nil ? url : "\(url)/\(backup.label)"
        switch standings[place]?.verdict {
        case let bad? where bad == .damaged || bad == .tampered: backup.verdict = bad
        case .verified? where unsettled.contains(place): backup.verdict = .inconclusive
        case .verified? where backup.verdict?.isBad == true: backup.verdict = .verified
        default: break
        }
        if backup.verdict?.isBad == true { backup.level = nil }
        return backup
    }
}

extension GroupStatus {
    /// With no recovery point that is known to be bad by now.
    func without(badAmong backups: [BackupStatus]) -> GroupStatus {
        guard let point = newestSound,
            backups.contains(where: { $0.label == point.label && $0.verdict?.isBad == true })
        else { return self }
        var group = self
        let sound = backups.filter { $0.group == name && $0.verdict == .verified }
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
