// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// Where a backup starts, and what kind it is, as its manifest says.
public struct BackupOrigin: Sendable, Equatable {
    /// Nil in manifests of versions before PostgreSQL 17.
    private let systemIdentifier: UInt64?
    private let walRanges: [WALRange]
    /// Whether it lists changed blocks instead of files, as PostgreSQL does since version 17.
    public let isIncremental: Bool

    /// Takes what is needed of a manifest, without its list of files.
    public init(_ manifest: BackupManifest) {
        (systemIdentifier, walRanges) = (manifest.systemIdentifier, manifest.walRanges)
        isIncremental =
            manifest.version >= 2
            && manifest.files.lazy.contains { $0.path.lastComponent.hasPrefix("INCREMENTAL.") }
    }

    /// Whether this backup is the one that an incremental one of cluster `system` builds on.
    ///
    /// A manifest that does not name its cluster is believed to be of the right one.
    public func isParent(_ parent: ParentBackup, of system: UInt64?) -> Bool {
        guard systemIdentifier == nil || system == nil || systemIdentifier == system else { return false }
        return walRanges.contains { $0.timeline == parent.timeline && $0.start.position == parent.start }
    }
}
