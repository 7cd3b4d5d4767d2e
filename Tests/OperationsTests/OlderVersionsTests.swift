// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import ObjectStore
import Synchronization
import TestKit
import Testing
import Verifier

@testable import Operations

@Suite struct `Older versions of what is gone` {
    private static let modified = Timestamp(seconds: 1000)

    /// A store that keeps a version of each object, or says something else when it is asked for one.
    private final class KeepingStore: ObjectStore {
        let inner = MemoryStore()
        let asked = Mutex(0)
        private let answer: @Sendable (Int) throws(ObjectStoreError) -> Bool

        init(_ answer: @escaping @Sendable (Int) throws(ObjectStoreError) -> Bool) { self.answer = answer }

        var url: String { inner.url }
        func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try inner.head(name) }
        func list(
            _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
        ) throws(ObjectStoreError) { try inner.list(prefix, body) }
        func read(
            _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
        ) throws(ObjectStoreError) -> ReadStatistics { try inner.read(request, body) }

        func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            guard try answer(number) else { return nil }
            let validators = Validators(size: 1, version: "v", modified: modified)
            return OlderVersion(
                StoredObject(name: name, validators: validators),
                superseded: modified.advanced(bySeconds: 60))
        }
    }

    /// Verifies a backup that lost so many objects.
    private func kept(lost: Int, _ store: KeepingStore) throws -> [KeptVersion] {
        var set = BackupSet.tar()
        for number in 0..<lost { set.objects[ObjectName("\(16_384 + number).tar")] = [1] }
        set.upload(to: store.inner)
        for number in 0..<lost { store.inner.remove(set.name(ObjectName("\(16_384 + number).tar"))) }
        let context = try OperationsWorld().context()
        let order = VerifyOrder(level: .checksummed, jobs: 1)
        let verify = VerifyBackups(in: store, order.options(context), .none, context)
        return try verify.verify(verify.select("all"), observer: Watcher()).keptVersions
    }

    @Test func `are asked for so often and no oftener, found or not`() throws {
        let none = KeepingStore { _ in false }
        #expect(try kept(lost: OlderVersions.limit + 5, none).isEmpty)
        #expect(none.asked.withLock { $0 } == OlderVersions.limit)
        #expect(try kept(lost: 3, KeepingStore { _ in true }).count == 3)
    }

    @Test func `are not asked for any more by who is interrupted`() throws {
        let store = KeepingStore { number throws(ObjectStoreError) in
            if number == 2 { throw .interrupted }
            return true
        }
        #expect(try kept(lost: 5, store).count == 1)
        #expect(store.asked.withLock { $0 } == 2)
        let failing = KeepingStore { number throws(ObjectStoreError) in
            if number == 2 { throw .missing("x") }
            return true
        }
        #expect(try kept(lost: 5, failing).count == 4)
    }

    @Test(
        arguments: [
            (1_000, 0, 1_060, 0, 1_059), (1_000, 0, 1_060, 5, 1_060), (1_000, 0, 1_000, 5, 1_000),
            (1_000, 1, 1_000, 5, nil), (1_000, 0, 1_000, 0, nil), (1_000, 1, 1_001, 0, nil),
        ] as [(Int64, Int64, Int64, Int64, Int64?)])
    func `are seen at a whole second between two times, if there is one`(
        from: Int64, fraction: Int64, to: Int64, end: Int64, seen: Int64?
    ) {
        let validators = Validators(
            size: 1, version: "v", modified: Timestamp(seconds: from, nanoseconds: fraction))
        let older = OlderVersion(
            StoredObject(name: "b/x", validators: validators),
            superseded: Timestamp(seconds: to, nanoseconds: end))
        #expect(KeptVersion(of: "x", in: "b", older).asOf == seen.map { Timestamp(seconds: $0) })
    }
}
