// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import ObjectStore
import Synchronization

/// A store in memory, whose bytes a test changes in the ways that media and people do.
public final class MemoryStore: ObjectStore {
    private struct Item {
        var bytes: [UInt8]
        var validators: Validators
        var storageClass: String?
    }

    private let items = Mutex<[ObjectName: Item]>([:])
    private let reads = Mutex<[ReadRequest]>([])
    private let heads = Mutex<[ObjectName]>([])
    private let listings = Mutex(Listings())
    /// Called before each reading with the request and what number it has for its object, from 0.
    private let fault: Mutex<(@Sendable (ReadRequest, Int) -> ReadFault?)?> = Mutex(nil)
    public let url: String

    /// What goes wrong in one reading.
    public enum ReadFault: Sendable {
        case error(ObjectStoreError)
        /// The bytes arrive with this bit flipped; the medium is sound.
        case flip(byte: UInt64, bit: UInt8)
        /// Stops after so many bytes.
        case interrupted(after: UInt64)
        /// Lacks so many bytes at its end, and says nothing.
        case endsEarly(by: UInt64)
    }

    private struct Listings {
        var count = 0
        var hidden: Set<ObjectName> = []
        var beforeSecond: (@Sendable (MemoryStore) -> Void)?
    }

    public init(url: String = "memory:///backups") { self.url = url }

    public var names: [ObjectName] { items.withLock { $0.keys.sorted() } }

    /// Every reading so far.
    public var requests: [ReadRequest] { reads.withLock { $0 } }

    public func forgetRequests() { reads.withLock { $0 = [] } }

    /// The objects that HEAD was asked for, in turn.
    public var headRequests: [ObjectName] { heads.withLock { $0 } }

    /// Leaves an object out of every listing.
    public func hide(_ name: ObjectName) { listings.withLock { _ = $0.hidden.insert(name) } }

    /// Does this before the second listing from now on.
    public func beforeSecondListing(_ change: @escaping @Sendable (MemoryStore) -> Void) {
        listings.withLock { ($0.count, $0.beforeSecond) = (0, change) }
    }

    public func setFault(_ fault: (@Sendable (ReadRequest, Int) -> ReadFault?)?) {
        self.fault.withLock { $0 = fault }
    }

    public func bytes(_ name: ObjectName) -> [UInt8] { items.withLock { $0[name]?.bytes ?? [] } }

    /// Writes an object as an upload does: with new validators.
    public func put(
        _ name: ObjectName, _ bytes: [UInt8], modified: Timestamp = Timestamp(seconds: 1_761_575_400)
    ) {
        items.withLock { items in
            let generation = (items[name]?.validators.version).flatMap { Int($0) } ?? 0
            items[name] = Item(
                bytes: bytes,
                validators: Validators(
                    size: UInt64(bytes.count), etag: "etag-\(generation + 1)",
                    version: String(generation + 1),
                    modified: modified))
        }
    }

    public func put(_ name: ObjectName, _ text: String) { put(name, Array(text.utf8)) }

    /// Changes bytes as a failing medium does: the validators stay.
    public func rot(_ name: ObjectName, _ change: (inout [UInt8]) -> Void) {
        items.withLock { items in
            guard var item = items[name] else { return }
            change(&item.bytes)
            item.validators.size = UInt64(item.bytes.count)
            items[name] = item
        }
    }

    public func flip(_ name: ObjectName, byte: Int, bit: Int = 0) {
        rot(name) { $0[byte] ^= 1 << UInt8(bit) }
    }

    /// Puts it away into a storage class whose objects cannot be read.
    public func freeze(_ name: ObjectName, into storageClass: String = "GLACIER") {
        items.withLock { $0[name]?.storageClass = storageClass }
    }

    public func remove(_ name: ObjectName) { items.withLock { $0[name] = nil } }

    // MARK: ObjectStore

    public func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        let (change, hidden) = listings.withLock { listings in
            listings.count += 1
            return (listings.count == 2 ? listings.beforeSecond : nil, listings.hidden)
        }
        change?(self)
        let objects = items.withLock { items in
            items.filter { $0.key.hasPrefix(prefix) && !hidden.contains($0.key) }.map {
                StoredObject(
                    name: $0.key, validators: $0.value.validators, storageClass: $0.value.storageClass)
            }
        }
        for object in objects.sorted(by: { $0.name < $1.name }) { try body(object) }
    }

    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        heads.withLock { $0.append(name) }
        guard let item = items.withLock({ $0[name] }) else { throw .missing(name) }
        return StoredObject(name: name, validators: item.validators, storageClass: item.storageClass)
    }

    public func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        let number = reads.withLock { reads in
            defer { reads.append(request) }
            return reads.count { $0.name == request.name }
        }
        guard let item = items.withLock({ $0[request.name] }) else { throw .missing(request.name) }
        if let storageClass = item.storageClass {
            throw .coldStorage(request.name, storageClass: storageClass)
        }
        guard item.validators == request.expected else {
            throw .changed(request.name, expected: "\(request.expected)", found: "\(item.validators)")
        }
        var bytes = Array(item.bytes[Int(request.range.lowerBound)..<Int(request.range.upperBound)])
        switch fault.withLock({ $0 })?(request, number) {
        case nil: break
        case .error(let error)?: throw error
        case .flip(let byte, let bit)?:
            if request.range.contains(byte) { bytes[Int(byte - request.range.lowerBound)] ^= 1 << bit }
        case .interrupted(let count)?:
            bytes.removeLast(bytes.count - min(bytes.count, Int(count)))
            try body(bytes.span.bytes)
            throw .interrupted
        case .endsEarly(let count)?: bytes.removeLast(min(bytes.count, Int(count)))
        }
        try body(bytes.span.bytes)
        return ReadStatistics()
    }
}
