// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// In which order the versions of one page of a listing were written.
enum VersionOrder {
    typealias Entry = S3Listing.Object

    /// As the server lists them, which is each key's newest first.
    ///
    /// Some servers list all deletions behind all versions: then those are put among the versions, by their times.
    static func newestFirst(_ entries: [Entry]) -> [Entry] {
        guard let first = entries.firstIndex(where: \.isDeleteMarker),
            entries[first...].allSatisfy(\.isDeleteMarker)
        else { return entries }
        let versions = Dictionary(grouping: entries[..<first], by: \.key)
        let deletions = Dictionary(grouping: entries[first...], by: \.key)
        var seen: Set<ObjectName> = []
        return entries.map(\.key).filter { seen.insert($0).inserted }.flatMap { key in
            merged(versions[key] ?? [], deletions[key] ?? [])
        }
    }

    /// Both stay in their own order.
    private static func merged(_ versions: [Entry], _ deletions: [Entry]) -> [Entry] {
        var (versions, deletions, merged) = (versions[...], deletions[...], [] as [Entry])
        while let version = versions.first, let deletion = deletions.first {
            if isNewer(deletion, than: version) {
                merged.append(deletions.removeFirst())
            } else {
                merged.append(versions.removeFirst())
            }
        }
        return merged + versions + deletions
    }

    /// Times may be told to the second only; then the newest of all is known by what the server says of it.
    private static func isNewer(_ deletion: Entry, than version: Entry) -> Bool {
        if deletion.isLatest != version.isLatest { return deletion.isLatest }
        guard let deleted = deletion.modified, let written = version.modified else { return false }
        return deleted > written
    }
}
