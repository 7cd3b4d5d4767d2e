// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Dispatch
import ObjectStore
import Synchronization

/// What the promises are held to.
extension ContractWorld {
    func listing(_ store: any ObjectStore, _ prefix: ObjectName) throws -> [ObjectName: StoredObject] {
        var objects: [ObjectName: StoredObject] = [:]
        var twice: [ObjectName] = []
        try store.list(prefix) { (object) throws(ObjectStoreError) in
            if objects.updateValue(object, forKey: object.name) != nil { twice.append(object.name) }
        }
        try expect(twice, equals: [], "names listed twice")
        return objects
    }

    func expectListing(
        _ store: any ObjectStore, _ prefix: ObjectName, _ objects: [ObjectName: [UInt8]]
    ) throws {
        let found = try listing(store, prefix).mapValues(\.size)
        try expect(found, equals: objects.mapValues { UInt64($0.count) }, "listing of '\(prefix)'")
    }

    func expectBytes(_ store: any ObjectStore, _ request: ReadRequest, _ bytes: ArraySlice<UInt8>)
        throws
    {
        let read = try Self.read(store, request)
        try expect(read.count, equals: bytes.count, "length of '\(request.name)' in \(request.range)")
        try expect(read.elementsEqual(bytes), equals: true, "bytes of '\(request.name)' in \(request.range)")
    }

    static func read(_ store: any ObjectStore, _ request: ReadRequest) throws(ObjectStoreError)
        -> [UInt8]
    {
        var read: [UInt8] = []
        try store.read(request) { (buffer) throws(ObjectStoreError) in
            buffer.withUnsafeBytes { read.append(contentsOf: $0) }
        }
        return read
    }

    func expectError(
        _ expected: ObjectStoreError, _ body: () throws(ObjectStoreError) -> Void
    ) throws {
        do {
            try body()
        } catch {
            return try expect(error, equals: expected, "error")
        }
        throw BrokenPromise(description: "expected \(expected), but nothing was thrown")
    }

    func expectChanged(_ body: () throws(ObjectStoreError) -> Void) throws {
        do {
            try body()
        } catch .changed {
            return
        } catch {
            throw BrokenPromise(description: "expected .changed, found \(error)")
        }
        throw BrokenPromise(description: "expected .changed, but nothing was thrown")
    }

    func expect<Value: Equatable>(_ found: Value, equals expected: Value, _ what: String) throws {
        guard found != expected else { return }
        throw BrokenPromise(description: "\(what): expected \(expected), found \(found)")
    }
}
