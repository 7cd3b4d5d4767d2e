// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Digests
import ObjectStore

let noon = Timestamp(seconds: 1_800_000_000)

func object(_ name: ObjectName, size: UInt64 = 10, modified: Timestamp? = noon) -> StoredObject {
    StoredObject(name: name, validators: Validators(size: size, modified: modified))
}

func arrange(_ names: [ObjectName], rootLabel: String = "root") -> Catalogue {
    Catalogue.arrange(names.map { object($0) }, rootLabel: rootLabel)
}

/// A manifest with a file in each of these tablespaces.
func manifest(tablespaces: UInt32...) -> BackupManifest {
    BackupManifest(
        version: 1, systemIdentifier: nil,
        files: ManifestFiles(
            tablespaces.map {
                ManifestFile(path: ObjectName("pg_tblspc/\($0)/x"), size: 1, algorithm: .none, checksum: [])
            }),
        walRanges: [], checksum: "")
}

/// A store that can do nothing but list, and that fails after so many objects.
struct ListingStore: ObjectStore {
    var url = "s3://bucket/nightly"
    var objects: [StoredObject]
    var failure: ObjectStoreError?

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        for object in objects where object.name.hasPrefix(prefix) { try body(object) }
        if let failure { throw failure }
    }

    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { throw .missing(name) }

    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics { throw .missing(request.name) }
}
