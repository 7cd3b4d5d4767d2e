// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import TestKit

/// A data directory in a store, small and not to be started.
struct PlainBackup {
    let label: String
    var files: [ObjectName: [UInt8]]
    /// Where its WAL begins, of which cluster.
    var start: String
    var system: UInt64? = 7
    var hasManifest = true

    /// Without `version` nothing tells of which PostgreSQL it is before it is read.
    ///
    /// `parent` is where the WAL of the backup begins that it is incremental to.
    init(_ label: String, start: String = "0/2000028", parent: String? = nil, version: Int? = nil) {
        (self.label, self.start) = (label, start)
        files = [
            "base/5/112": [UInt8](repeating: 7, count: 8192), "global/pg_filenode.map": Array("map".utf8),
        ]
        files["backup_label"] = Array(Self.label(start: start, parent: parent).utf8)
        files["PG_VERSION"] = Array((version.map { "\($0)\n" } ?? "?").utf8)
    }

    private static func label(start: String, parent: String?) -> String {
        """
        START WAL LOCATION: \(start) (file 000000010000000000000002)
        CHECKPOINT LOCATION: \(start)
        BACKUP METHOD: streamed
        BACKUP FROM: primary
        START TIME: 2025-10-27 14:30:00 UTC
        LABEL: pg_basebackup base backup
        START TIMELINE: 1

        """ + (parent.map { "INCREMENTAL FROM LSN: \($0)\nINCREMENTAL FROM TLI: 1\n" } ?? "")
    }

    func upload(to store: MemoryStore) {
        for (name, bytes) in files { store.put(ObjectName(label + "/") + name, bytes) }
        guard hasManifest else { return }
        store.put(
            ObjectName("\(label)/backup_manifest"),
            Manifest.of(files, start: start, end: "9/0", system: system))
    }
}

extension MemoryStore {
    /// All backups in it.
    var backups: [Backup] {
        get throws {
            var objects: [StoredObject] = []
            try list("") { object throws(ObjectStoreError) in objects.append(object) }
            return Catalogue.arrange(objects).backups
        }
    }
}
