// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Dispatch
import ObjectStore
import Synchronization

/// The cases of `StoreContract`, written against nothing but the protocol.
struct ContractWorld {
    let unholdable: Set<ObjectName>
    let makeStore: ([ObjectName: [UInt8]]) throws -> StoreUnderTest

    /// An error that no store makes by itself, so that it is known again.
    static let ours = ObjectStoreError.misbehaving("contract", reason: "thrown by the caller's body")

    private var oddObjects: [ObjectName: [UInt8]] {
        var objects: [ObjectName: [UInt8]] = [:]
        for (index, name) in StoreContract.oddNames.enumerated() where !unholdable.contains(name) {
            objects[name] = StoreContract.bytes(index, seed: UInt64(index + 1))
        }
        return objects
    }

    // MARK: Listing

    func listsExactlyWhatIsThere() throws {
        let objects = oddObjects
        try expectListing(makeStore(objects).store, "", objects)
    }

    func listsByPrefix() throws {
        let objects = oddObjects
        let store = try makeStore(objects).store
        let prefixes: [ObjectName] =
            [
                "folder", "folder/", "folder/d", "folder/deeper/", "f", "a", "quo\"", "100%", "%", "ü", "日",
                "up", "nothing/",
            ]
            + Array(objects.keys)
        for prefix in prefixes {
            try expectListing(store, prefix, objects.filter { $0.key.hasPrefix(prefix) })
        }
    }

    func listsNothing() throws {
        let store = try makeStore([:]).store
        try expectListing(store, "", [:])
        try expectListing(store, "folder/", [:])
    }

    func passesOnListingErrors() throws {
        let store = try makeStore(["a": [1], "b": [2], "c": [3]]).store
        var seen = 0
        try expectError(Self.ours) { () throws(ObjectStoreError) in
            try store.list("") { (_) throws(ObjectStoreError) in
                seen += 1
                throw Self.ours
            }
        }
        try expect(seen, equals: 1, "objects handed over before the error")
    }

    func asksForOne() throws {
        let objects = oddObjects
        let store = try makeStore(objects).store
        let listed = try listing(store, "")
        for (name, bytes) in objects {
            let object = try store.head(name)
            try expect(object.name, equals: name, "name that head gives")
            try expect(object.size, equals: UInt64(bytes.count), "size of '\(name)'")
            let same = listed[name].map { $0.validators.isSameVersion(as: object.validators) }
            try expect(same, equals: true, "listing and head agree on the version of '\(name)'")
        }
    }

    func tellsMissing() throws {
        let test = try makeStore(["here": [1], "folder/inner": [2], "gone": [3]])
        let gone = try test.store.head("gone")
        try test.remove("gone")
        for name: ObjectName in ["absent", "absent/inner", "her", "folder", "here2", "gone"] {
            try expectError(.missing(name)) { () throws(ObjectStoreError) in _ = try test.store.head(name) }
        }
        try expectError(.missing("gone")) { () throws(ObjectStoreError) in
            try test.store.read(ReadRequest(whole: gone)) { (_) throws(ObjectStoreError) in }
        }
    }

    // MARK: Reading

    func readsWhole() throws {
        for count in [0, 1, 2, 4095, 4096, 4097, 65_536, 5_000_011] {
            let bytes = StoreContract.bytes(count)
            let store = try makeStore(["object": bytes]).store
            let object = try store.head("object")
            try expectBytes(store, ReadRequest(whole: object), bytes[...])
        }
    }

    func readsOddNames() throws {
        let objects = oddObjects
        let store = try makeStore(objects).store
        for (name, object) in try listing(store, "") {
            try expectBytes(store, ReadRequest(whole: object), (objects[name] ?? [])[...])
        }
    }

    func readsRanges() throws {
        let bytes = StoreContract.bytes(3_000_017)
        let store = try makeStore(["object": bytes]).store
        let object = try store.head("object")
        let ranges = [
            0..<0, 0..<1, 0..<4096, 1..<4097, 4095..<4097, 1_048_575..<1_048_577, 0..<3_000_016,
            1..<3_000_017,
            3_000_016..<3_000_017, 3_000_017..<3_000_017, 999_999..<2_999_999,
        ]
        for range in ranges {
            let request = ReadRequest(
                "object", range: UInt64(range.lowerBound)..<UInt64(range.upperBound),
                expected: object.validators)
            try expectBytes(store, request, bytes[range])
        }
    }

    func readsSideBySide() throws {
        let bytes = StoreContract.bytes(5_000_017)
        let test = try makeStore(["object": bytes])
        let object = try test.store.head("object")
        let ranges = [
            (0..<2_500_000, 2_500_000..<5_000_000), (0..<3_000_000, 3_000_000..<5_000_017), (0..<1, 1..<2),
            (7..<7, 0..<5000), (4096..<1_052_672, 5_000_016..<5_000_017),
        ]
        func request(_ range: Range<Int>) -> ReadRequest {
            ReadRequest(
                "object", range: UInt64(range.lowerBound)..<UInt64(range.upperBound),
                expected: object.validators)
        }
        for (range, otherRange) in ranges {
            var (read, otherRead): ([UInt8], [UInt8]) = ([], [])
            let isDone = try test.store.readSideBySide(request(range), request(otherRange)) {
                bytes, otherBytes throws(ObjectStoreError) in
                bytes.withUnsafeBytes { read.append(contentsOf: $0) }
                otherBytes.withUnsafeBytes { otherRead.append(contentsOf: $0) }
            }
            try expect(read == (isDone ? Array(bytes[range]) : []), equals: true, "bytes of \(range)")
            try expect(otherRead == (isDone ? Array(bytes[otherRange]) : []), equals: true, "\(otherRange)")
        }
        try stopsSideBySide(test, request(0..<2_500_000), request(2_500_000..<5_000_000))
    }

    /// An error of the body is passed on, a version that went away told, and a cancellation seen, where this
    /// way of reading exists.
    private func stopsSideBySide(_ test: StoreUnderTest, _ first: ReadRequest, _ second: ReadRequest) throws {
        func read(_ body: () throws(ObjectStoreError) -> Void) throws(ObjectStoreError) -> Bool {
            try test.store.readSideBySide(first, second) { _, _ throws(ObjectStoreError) in try body() }
        }
        guard try read({}) else { return }
        try expectError(Self.ours) { () throws(ObjectStoreError) in
            _ = try read { () throws(ObjectStoreError) in throw Self.ours }
        }
        try test.put("object", StoreContract.bytes(5_000_017, seed: 2))
        try expectChanged { () throws(ObjectStoreError) in _ = try read {} }
        test.cancellation.request()
        try expectError(.interrupted) { () throws(ObjectStoreError) in _ = try read {} }
    }

    func tellsReplaced() throws {
        for count in [999, 1001, 0] {
            let test = try makeStore(["object": StoreContract.bytes(1000)])
            let object = try test.store.head("object")
            try test.put("object", StoreContract.bytes(count, seed: 2))
            try expectChanged { () throws(ObjectStoreError) in
                try test.store.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in }
            }
        }
    }

    func tellsRewritten() throws {
        let test = try makeStore(["object": StoreContract.bytes(1000)])
        let object = try test.store.head("object")
        try test.put("object", StoreContract.bytes(1000, seed: 2))
        try expectChanged { () throws(ObjectStoreError) in
            try test.store.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in }
        }
    }

    func passesOnReadingErrors() throws {
        let store = try makeStore(["object": StoreContract.bytes(5_000_000)]).store
        let object = try store.head("object")
        var calls = 0
        try expectError(Self.ours) { () throws(ObjectStoreError) in
            try store.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in
                calls += 1
                throw Self.ours
            }
        }
        try expect(calls, equals: 1, "buffers handed over before the error")
    }

    func looksTwice() throws {
        let bytes = StoreContract.bytes(1_500_001)
        let store = try makeStore(["object": bytes]).store
        let object = try store.head("object")
        try expectBytes(store, ReadRequest(whole: object), bytes[...])
        try expectBytes(store, ReadRequest(whole: object, isSecondLook: true), bytes[...])
        let part = ReadRequest("object", range: 5000..<9001, expected: object.validators, isSecondLook: true)
        try expectBytes(store, part, bytes[5000..<9001])
    }

    func readsConcurrently() throws {
        let bytes = StoreContract.bytes(2_000_003)
        let store = try makeStore(["object": bytes]).store
        let object = try store.head("object")
        let results = Mutex<[Result<[UInt8], ObjectStoreError>]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let result = Result { () throws(ObjectStoreError) in
                try Self.read(store, ReadRequest(whole: object))
            }
            results.withLock { $0.append(result) }
        }
        for result in results.withLock({ $0 }) {
            try expect(result.get() == bytes, equals: true, "bytes read by one of eight threads")
        }
    }

    // MARK: Stopping

    func stopsReading() throws {
        let test = try makeStore(["object": [UInt8](repeating: 7, count: 20_000_000)])
        let object = try test.store.head("object")
        var after = 0
        try expectError(.interrupted) { () throws(ObjectStoreError) in
            try test.store.read(ReadRequest(whole: object)) { (bytes) throws(ObjectStoreError) in
                if test.cancellation.isRequested { after += bytes.byteCount }
                test.cancellation.request()
            }
        }
        try expect(
            after <= 4 << 20, equals: true, "at most 4 MiB come after the request to stop, not \(after)")
    }

    func startsNothing() throws {
        let test = try makeStore(["object": [1]])
        let object = try test.store.head("object")
        test.cancellation.request()
        try expectError(.interrupted) { () throws(ObjectStoreError) in
            try test.store.list("") { (_) throws(ObjectStoreError) in }
        }
        try expectError(.interrupted) { () throws(ObjectStoreError) in _ = try test.store.head("object") }
        try expectError(.interrupted) { () throws(ObjectStoreError) in
            try test.store.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in }
        }
    }
}
