// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import ObjectStore

/// The segments of one folder, or of what would be one, at a time.
struct GroupListing {
    private let archive: WALArchive
    private var group: String?
    private var names: Set<WALFileName> = []
    /// Those of the group of which no copy can be read as it is.
    private(set) var cold: [WALFileName: StoredObject] = [:]
    /// Where the archive keeps its segments, once one was seen.
    private var folder: ObjectName?

    init(_ archive: WALArchive) { self.archive = archive }

    mutating func holds(_ name: WALFileName) throws(WALArchiveError) -> Bool {
        let group = ArchivedWALFile.segment(name).group
        if let group, group != self.group {
            (names, cold) = ([], [:])
            try load(group)
            self.group = group
        }
        return names.contains(name)
    }

    private mutating func load(_ group: String) throws(WALArchiveError) {
        let folders: [ObjectName] = if let folder { [folder] } else { ["", "wals/", "wal_005/"] }
        for folder in folders where names.isEmpty {
            var (found, warm): (Set<WALFileName>, Set<WALFileName>) = ([], [])
            var cold: [WALFileName: StoredObject] = [:]
            // What a flat archive calls its segments, and the folders of others, begin with the same digits.
            try archive.list(folder + ObjectName(group)) { object in
                let last = object.name.lastComponent
                guard let name = WALFileName(Array(last.bytes.prefix(24))) else { return }
                guard WALCandidates.isReadable(last.dropping(24), of: .segment(name)) else { return }
                found.insert(name)
                if object.needsRestoring { cold[name] = object } else { warm.insert(name) }
            }
            names = found
            self.cold = cold.filter { !warm.contains($0.key) }
            if !found.isEmpty { self.folder = folder }
        }
    }
}
