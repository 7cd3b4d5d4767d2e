// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import History
import ObjectStore
import Verifier

/// A memory for a store as it was: it knows what was pinned of the versions of then, and keeps nothing of them.
///
/// What is there now keeps its pins and its standing.
struct PastLedger: Ledger {
    /// Nil for who has none.
    private let history: HistoryDatabase?
    /// What the store says of each object, by the backup's URL.
    private let versions: [String: [ObjectName: Validators]]

    init(_ history: HistoryDatabase?, _ backups: [Backup], inStoreAt url: String) {
        self.history = history
        let objects = backups.map { backup in
            (
                backup.place(inStoreAt: url).url,
                Dictionary(
                    backup.objects.map { (backup.relativeName(of: $0), $0.validators) },
                    uniquingKeysWith: { first, _ in first })
            )
        }
        versions = Dictionary(objects, uniquingKeysWith: { first, _ in first })
    }

    func begin(_ run: RunStart) -> RunID { RunID(0) }
    func lock(_ place: BackupPlace, for run: RunID) {}
    func memory(of place: BackupPlace) throws -> BackupMemory {
        guard let history, let versions = versions[place.url] else { return BackupMemory() }
        return BackupMemory(pins: try history.pins(of: place, seenAs: versions))
    }
    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        try history?.midstates(of: object, in: place)
    }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {}
    func record(_ outcome: BackupOutcome, in run: RunID) {}
    func release(_ place: BackupPlace) {}
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
