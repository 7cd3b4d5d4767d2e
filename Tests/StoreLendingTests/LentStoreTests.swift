// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import TestKit
import Testing
import Threads

@testable import StoreLending

@Suite struct `A store that is lent` {
    @Test(arguments: StoreContract.Case.allCases)
    func `keeps the promises of a store`(_ promise: StoreContract.Case) throws {
        try StoreContract.check(promise) { objects in
            let tree = try FileTree()
            for (name, bytes) in objects { try tree.write(name, bytes) }
            let cancellation = Cancellation()
            let lending = Lending(
                try LocalDirectory(tree.path, cancellation: cancellation, bufferSize: 65_536))
            return StoreUnderTest(
                KeptStore(lending), cancellation: cancellation, put: { try tree.write($0, $1) },
                remove: { try tree.remove($0) })
        }
    }

    @Test func `tells each failure as what it was`() throws {
        let errors: [ObjectStoreError] = [
            .missing("a"), .changed("a", expected: "1", found: "2"),
            .coldStorage("a", storageClass: "GLACIER"),
            .noSuchStore("s"), .denied("w", reason: "r", hint: "h"),
            .transient("w", reason: "r", kind: .slowDown(retryAfter: 7)),
            .transient("w", reason: "r", kind: .fault), .gaveUp("w", attempts: "3"),
            .misbehaving("w", reason: "r"), .unusable("w", reason: "r", hint: "h"), .interrupted,
        ]
        for error in errors {
            let store = MemoryStore()
            store.put("object", [1, 2, 3])
            store.setFault { _, _ in .error(error) }
            let lending = Lending(store)
            let object = try lending.store().head("object")
            #expect(throws: error) { try lending.store().read(ReadRequest(whole: object)) { _ in } }
        }
    }

    @Test func `says nothing of an object when its lender is gone`() throws {
        let store = MemoryStore()
        store.put("object", [UInt8](repeating: 7, count: 20 << 20))
        let lending = Lending(store)
        let lent = lending.store()
        let object = try lent.head("object")
        var count = 0
        let error = #expect(throws: ObjectStoreError.self) {
            try lent.read(ReadRequest(whole: object)) { bytes in
                count += bytes.byteCount
                lending.end()
            }
        }
        #expect(error == LendingAnswer.lost)
        #expect(error?.exitStatus == .inconclusive)
        #expect(count < 20 << 20)
        #expect(throws: LendingAnswer.lost) { try lent.head("object") }
    }

    @Test func `misses bytes that its lender has left out`() throws {
        let store = MemoryStore()
        store.put("object", [UInt8](repeating: 7, count: 3 << 20))
        store.setFault { _, _ in .endsEarly(by: 1) }
        let lending = Lending(store)
        let lent = lending.store()
        let object = try lent.head("object")
        #expect(throws: LendingAnswer.nonsense) { try lent.read(ReadRequest(whole: object)) { _ in } }
    }

    @Test func `waits for a reader that takes its time, and for no other`() throws {
        let store = MemoryStore()
        store.put("slow", [UInt8](repeating: 7, count: 30 << 20))
        store.put("quick", [UInt8](repeating: 8, count: 3 << 20))
        let lending = Lending(store)
        let lent = lending.store()
        let (slow, quick) = (try lent.head("slow"), try lent.head("quick"))
        var total = 0
        try lent.read(ReadRequest(whole: slow)) { (bytes) throws(ObjectStoreError) in
            if total == 0 {
                var others = 0
                try lent.read(ReadRequest(whole: quick)) { others += $0.byteCount }
                #expect(others == 3 << 20)
            }
            total += bytes.byteCount
        }
        #expect(total == 30 << 20)
    }

    @Test func `is left in the middle, again and again`() throws {
        let store = MemoryStore()
        store.put("object", [UInt8](repeating: 7, count: 20 << 20))
        let lending = Lending(store)
        let lent = lending.store()
        let object = try lent.head("object")
        for _ in 0..<200 {
            #expect(throws: ObjectStoreError.interrupted) {
                try lent.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in
                    throw .interrupted
                }
            }
        }
        #expect(try lent.head("object") == object)
    }

    @Test func `is one of several`() throws {
        let (one, other) = (MemoryStore(), MemoryStore())
        one.put("a", [1])
        other.put("a", [1, 2])
        let lending = Lending(one, other)
        #expect(try lending.store(0).head("a").size == 1)
        #expect(try lending.store(1).head("a").size == 2)
    }

    @Test func `carries messages beside`() throws {
        let lending = Lending(MemoryStore())
        let long = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
        try lending.borrower.say([1, 2, 3])
        try lending.borrower.say(long)
        try lending.borrower.say(Array("enough".utf8))
        let ending = lending.ending.wait { $0 }
        #expect(ending == .finished)
        #expect(lending.heard.withState { $0 } == [[1, 2, 3], long, Array("enough".utf8)])
        #expect(throws: ChannelFault.self) {
            try lending.borrower.say([UInt8](repeating: 0, count: LendingFrame.longestMessage + 1))
        }
    }
}

/// Keeps what a lent store lives by.
private struct KeptStore: ObjectStore {
    private let inner: any ObjectStore
    private let lending: Lending
    var url: String { inner.url }

    init(_ lending: Lending) { (inner, self.lending) = (lending.store(), lending) }

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) { try inner.list(prefix, body) }
    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try inner.head(name) }
    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics { try inner.read(request, body) }
}
