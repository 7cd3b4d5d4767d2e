// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore

/// A store whose objects are read from where an interrupted restore put them, as far as it came.
///
/// A second look always goes to the store itself.
struct KeptFirstStore: ObjectStore {
    let store: any ObjectStore
    /// The backup's folder in the store.
    let folder: ObjectName
    let copies: LocalDirectory
    let kept: KeptFiles

    var url: String { store.url }

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) { try store.list(prefix, body) }

    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try store.head(name) }

    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        guard !request.isSecondLook, request.name.hasPrefix(folder) else {
            return try store.read(request, body)
        }
        let name = request.name.dropping(folder.bytes.count)
        guard kept.isTaken(name) else { return try store.read(request, body) }
        var local = request
        local.name = name
        local.expected = try copies.head(name).validators
        return try copies.read(local, body)
    }
}
