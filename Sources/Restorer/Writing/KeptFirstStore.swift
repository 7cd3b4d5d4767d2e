// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore

/// A store whose objects are read from where an interrupted restore put them, as far as it came.
///
/// A second look always goes to the store itself, and so does what is left of a reading whose copy cannot be read any
/// further: a disk that lost a sector must not end every restore that goes on with what is on it.
struct KeptFirstStore: ObjectStore {
    let store: any ObjectStore
    /// The backup's folder in the store.
    let folder: ObjectName
    let copies: any ObjectStore
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
        var reading = CopyReading(request, name)
        if try reading.read(from: copies, body) { return ReadStatistics() }
        kept.giveUp(name)
        return try store.read(reading.rest, body)
    }
}

/// One reading of a copy, and how far it came.
private struct CopyReading {
    /// What is still to be read of the object itself.
    private(set) var rest: ReadRequest
    private let name: ObjectName

    init(_ request: ReadRequest, _ name: ObjectName) { (rest, self.name) = (request, name) }

    /// Hands the copy over; false when it could not be read to its end.
    ///
    /// What `body` throws is thrown on.
    mutating func read(
        from copies: any ObjectStore, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool {
        var refusal: ObjectStoreError?
        var position = rest.range.lowerBound
        do throws(ObjectStoreError) {
            var local = rest
            (local.name, local.expected) = (name, try copies.head(name).validators)
            try copies.read(local) { bytes throws(ObjectStoreError) in
                do throws(ObjectStoreError) { try body(bytes) } catch {
                    refusal = error
                    throw error
                }
                position += UInt64(bytes.byteCount)
            }
            return true
        } catch {
            guard refusal == nil, error != .interrupted else { throw error }
            rest.range = position..<rest.range.upperBound
            return false
        }
    }
}
