// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import Planning

extension StoreSurvey {
    /// How each backup that is there stands.
    var backupStatuses: [BackupStatus] {
        known.filter { $0.goneSince == nil }.sorted { $0.key < $1.key }.map { known in
            var status = BackupStatus(
                label: known.key.label, group: known.group, taken: known.taken, bytes: known.bytes)
            status.verdict = known.verdict
            status.proofs = known.allProofs.sorted { $0.key < $1.key }.map {
                LevelProof($0.key, at: $0.value)
            }
            let shown =
                trialFailures.failure(of: known.key.label) == nil
                ? status.proofs.last?.level : known.proofs.keys.max()
            status.level = known.isSound ? shown : nil
            status.failedTrial = trialFailures.openFailure(of: known.key.label)
            return status
        }
    }

    /// How the backups of each cluster stand; `recoverableUntil` is what its archive of WAL leads to, by group.
    func groupStatuses(recoverableUntil: [String: Timestamp]) -> [GroupStatus] {
        let present = known.filter { $0.goneSince == nil }
        return Dictionary(grouping: present, by: \.group).sorted { $0.key < $1.key }.map { group, backups in
            var status = GroupStatus(name: group, newestBackup: backups.map(\.taken).max())
            let sound = backups.filter { $0.isSound && trialFailures.failure(of: $0.key.label) == nil }.max {
                $0.taken < $1.taken
            }
            status.newestSound = sound.map { known in
                RecoveryPoint(
                    label: known.key.label, taken: known.taken, level: known.allProofs.keys.max(),
                    lastProof: known.allProofs.values.max())
            }
            status.recoverableUntil = sound == nil ? nil : recoverableUntil[group] ?? sound?.taken
            status.secondsToAnswer = secondsToAnswer[group]
            return status
        }
    }
}

extension KnownBackup {
    /// Verified, and nothing speaks against it.
    fileprivate var isSound: Bool { standing == .sound && !isIncomplete }

    fileprivate var verdict: Verdict? {
        switch standing {
        case .sound: .verified
        case .damaged: .damaged
        case .tampered: .tampered
        case .unsettled: .inconclusive
        case .unknown: isIncomplete ? .incomplete : nil
        }
    }

    /// Of readings and of trials.
    fileprivate var allProofs: [Level: Timestamp] {
        trials.reduce(into: proofs) { proofs, trial in
            guard let level = trial.level else { return }
            proofs[level] = max(proofs[level] ?? trial.at, trial.at)
            if level == .exercised {
                proofs[.restored] = max(proofs[.restored] ?? trial.at, trial.at)
            }
        }
    }
}
