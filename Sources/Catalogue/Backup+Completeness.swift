// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// Whether a backup was taken and uploaded to its end, as far as names can tell.
public enum Completeness: Sendable, Equatable {
    case complete
    /// `isYoung`: its newest object is less than 24 hours old, so it may be still on its way.
    case incomplete(reasons: [String], isYoung: Bool)

    /// False for every incomplete one, however young it is.
    public var isComplete: Bool { self == .complete }
}

extension Backup {
    // In seconds of age; a little less than none, for clocks that differ. A date far ahead is no youth.
    private static let youth: Range<Int64> = -3600..<86_400

    /// Judges whether the backup is finished.
    ///
    /// A sum file ends an upload: with it nothing is incomplete any more, what is absent is missing. Without
    /// one, a tar or plain backup needs its manifest, and a tar backup its base archive and one for each
    /// tablespace that the manifest names. `manifest` is nil when there is none or it was not read.
    public func completeness(manifest: BackupManifest?, now: Timestamp) -> Completeness {
        guard sumFile == nil, kind == .tar || kind == .plain else { return .complete }
        let names = Set(objects.map(relativeName(of:)))
        var reasons: [String] = []
        if names.contains(.unfinishedManifest) {
            reasons.append("'backup_manifest.tmp' is there: the backup did not run to its end")
        }
        if self.manifest == nil { reasons.append("'backup_manifest' is missing") }
        if kind == .tar { reasons += missingArchives(among: names, manifest: manifest) }
        guard !reasons.isEmpty else { return .complete }
        return .incomplete(
            reasons: reasons, isYoung: newest.map { Self.youth.contains(now.seconds(since: $0)) } ?? false)
    }

    /// The archives of a backup in tar format that are not there, though no restore can do without the base and the
    /// sum file names the others.
    public func missingArchives(_ sums: SumFile?) -> [String] {
        guard kind == .tar else { return [] }
        let names = Set(objects.map(relativeName(of:)))
        let named = (sums?.entries.map(\.name) ?? []).filter { TarName($0) != nil && !names.contains($0) }
        let lacksBase = !(Array(names) + named).contains { TarName($0)?.content == .base }
        return (lacksBase ? ["base.tar"] : []) + named.map(\.description)
    }

    private func missingArchives(among names: Set<ObjectName>, manifest: BackupManifest?) -> [String] {
        let present = names.compactMap { TarName($0)?.content }
        let base = present.contains(.base) ? [] : ["'base.tar' is missing"]
        let tablespaces = (manifest?.tablespaces ?? []).filter { !present.contains(.tablespace($0)) }
        return base + tablespaces.map { "'\($0).tar' is missing, a tablespace that the manifest names" }
    }
}
