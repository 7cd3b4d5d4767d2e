// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Synchronization

/// How backups descend from each other and how they stand, as far as one run has come, or several of one errand.
///
/// What an earlier run of the errand found counts even where no history remembers it.
public final class Lineage: Sendable {
    /// What a manifest says of where its backup starts.
    struct Origin: Sendable {
        var systemIdentifier: UInt64?
        var walRanges: [WALRange]
        /// Whether it lists changed blocks instead of files, as PostgreSQL does since version 17.
        var isIncremental: Bool

        init(_ manifest: BackupManifest) {
            (systemIdentifier, walRanges) = (manifest.systemIdentifier, manifest.walRanges)
            isIncremental =
                manifest.version >= 2
                && manifest.files.lazy.contains { $0.path.lastComponent.hasPrefix("INCREMENTAL.") }
        }

        /// Whether this backup is the one that an incremental one of cluster `system` builds on.
        func isParent(_ parent: ParentBackup, of system: UInt64?) -> Bool {
            guard systemIdentifier == nil || system == nil || systemIdentifier == system else { return false }
            return walRanges.contains {
                $0.timeline == parent.timeline && $0.start.position == parent.start
            }
        }
    }

    /// What is known of a backup that others may build on.
    struct Standing: Sendable {
        var verdict: Verdict?
        var descent: Descent
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
        var origins: [String: Origin?] = [:]
        var standings: [String: Standing] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Keeps what a backup's manifest says; nil when it has none that can be read.
    func learn(_ origin: Origin?, of label: String) {
        state.withLock { $0.origins[label] = .some(origin) }
    }

    /// Nil when the manifest was not looked at yet.
    func origin(of label: String) -> Origin?? { state.withLock { $0.origins[label] } }

    /// Keeps what this run came to.
    func conclude(_ label: String, _ standing: Standing) {
        state.withLock { $0.standings[label] = standing }
    }

    /// Nil when this run has no verdict on it, or none yet.
    func standing(of label: String) -> Standing? { state.withLock { $0.standings[label] } }
}
