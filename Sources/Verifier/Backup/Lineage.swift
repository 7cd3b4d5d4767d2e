// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import Synchronization

/// How backups descend from each other and how they stand, as far as one run has come, or several of one errand.
///
/// What an earlier run of the errand found counts even where no history remembers it.
public final class Lineage: Sendable {
    /// What is known of a backup that others may build on.
    struct Standing: Sendable {
        var verdict: Verdict?
        var descent: Descent
        /// Whether its cluster summed its pages; nil when nobody looked.
        var hasPageChecksums: Bool?
    }

    /// What a backup builds on, as far as anybody looked into it.
    enum Descent: Sendable, Equatable {
        case full
        case incremental(ParentBackup)
        case unknown

        /// `summary` is nil when nobody did.
        init(_ summary: ContentSummary?) {
            switch summary {
            case nil: self = .unknown
            case let summary?: self = summary.parent.map(Descent.incremental) ?? .full
            }
        }
    }

    private struct State {
        var origins: [String: BackupOrigin?] = [:]
        var failures: [String: ObjectStoreError] = [:]
        var standings: [String: Standing] = [:]
    }

    private let state = Mutex(State())

    /// Of a run that has not looked at anything yet.
    public init() {}

    /// Keeps what a backup's manifest says; nil when it has none that can be read.
    func learn(_ origin: BackupOrigin?, of label: String) {
        state.withLock { $0.origins[label] = .some(origin) }
    }

    /// Nil when the manifest was not looked at yet.
    func origin(of backup: Backup) -> BackupOrigin?? { state.withLock { $0.origins[backup.label] } }

    /// Keeps why a backup's manifest could not be read: nobody waits for a store that fails a second time.
    func note(_ failure: ObjectStoreError, of backup: Backup) {
        state.withLock { $0.failures[backup.label] = failure }
    }

    func failure(of backup: Backup) -> ObjectStoreError? { state.withLock { $0.failures[backup.label] } }

    /// Keeps what this run came to.
    func conclude(_ label: String, _ standing: Standing) {
        state.withLock { $0.standings[label] = standing }
    }

    /// Nil when this run has no verdict on it, or none yet.
    func standing(of label: String) -> Standing? { state.withLock { $0.standings[label] } }
}
