// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Which backup is the latest that can be used, and which newer ones cannot.
public struct LatestChoice: Sendable, Equatable {
    /// A newer backup that was passed over, and why.
    public struct Skipped: Sendable, Equatable {
        /// That of the backup in the catalogue.
        public let label: String
        /// Without a full stop, with the backup as `it`: `it has no time`.
        public let reason: String

        /// `reason` is without a full stop and calls the backup `it`.
        public init(label: String, reason: String) { (self.label, self.reason) = (label, reason) }
    }

    /// The one to use; nil when no complete backup that has a time is left.
    public let backup: Backup?
    /// By which it was chosen; nil without a backup.
    public let time: BackupTime?
    /// Newest first: what would have been chosen but for the reason, and what has no time at all.
    public let skipped: [Skipped]
}

extension Catalogue {
    /// Chooses the newest complete backup by its time; of equal times, the one with the greater label.
    ///
    /// `objection` says why a backup must not be chosen though it is complete (it is damaged, say).
    public func latest(
        time: (Backup) -> BackupTime?, completeness: (Backup) -> Completeness,
        objection: (Backup) -> String? = { _ in nil }
    ) -> LatestChoice {
        let timed = backups.map { (backup: $0, time: time($0)) }
        var skipped = timed.filter { $0.time == nil }.map {
            LatestChoice.Skipped(label: $0.backup.label, reason: "it has no time")
        }
        let newestFirst = timed.reversed().filter { $0.time != nil }.sorted {
            guard let left = $0.time, let right = $1.time else { return false }
            return left.timestamp > right.timestamp
        }
        for (backup, time) in newestFirst {
            guard let reason = Self.reason(completeness(backup)) ?? objection(backup) else {
                return LatestChoice(backup: backup, time: time, skipped: skipped)
            }
            skipped.append(LatestChoice.Skipped(label: backup.label, reason: reason))
        }
        return LatestChoice(backup: nil, time: nil, skipped: skipped)
    }

    private static func reason(_ completeness: Completeness) -> String? {
        guard case .incomplete(let reasons, _) = completeness else { return nil }
        return "it is incomplete: " + reasons.joined(separator: "; ")
    }
}
