// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import History
import Inspection
import ObjectStore
import TestKit
import Testing

@testable import Verifier

/// Stores that end a reading early and say nothing: bytes that did not come prove nothing, and hold nothing
/// against the backup.
@Suite struct SilentEndTests {
    private static let base: ObjectName = "20251027T143000/base.tar.gz"
    private static let lengths: [UInt64] = [1, 4096, 40_000]

    /// What the store lacks at the end of each reading of an object.
    private func cut(_ name: ObjectName, by count: UInt64, in world: World) {
        world.store.setFault { request, _ in request.name == name ? .endsEarly(by: count) : nil }
    }

    @Test(arguments: lengths, [Level.checksummed, .inspected])
    func `a first reading that ends early is no verdict and no pin`(count: UInt64, level: Level) throws {
        for withSums in [true, false] {
            let world = try World(.tar(), withSums: withSums)
            cut(Self.base, by: count, in: world)
            let report = try world.verify(level: level)
            #expect(report.object("base.tar.gz")?.verdict == .inconclusive, "\(report.findings)")
            let place = BackupPlace(url: world.store.url + "/20251027T143000", label: "20251027T143000")
            #expect(try world.history.memory(of: place).pins["base.tar.gz"] == nil)
            world.store.setFault(nil)
            let whole = try world.verify(level: .checksummed, isFresh: true)
            #expect(whole.object("base.tar.gz")?.verdict == .verified)
        }
    }

    @Test(arguments: lengths)
    func `chunks whose last byte did not come are not proven`(count: UInt64) throws {
        let world = try World(.tar())
        #expect(try world.verify().verdict == .verified)
        cut(Self.base, by: count, in: world)
        let report = try world.verify()
        #expect(report.object("base.tar.gz")?.verdict == .inconclusive, "\(report.findings)")
        world.store.setFault(nil)
        #expect(try world.verify().verdict == .verified)
    }

    @Test(arguments: ["backup.sha256", "backup.sha256.info", "backup_manifest"] as [ObjectName])
    func `a control object that ends early says nothing`(name: ObjectName) throws {
        let world = try World(.tar())
        cut("20251027T143000/" + name, by: 1, in: world)
        let report = try world.verify()
        #expect(report.verdict != .damaged && report.verdict != .tampered, "\(report.findings)")
        #expect(report.findings.contains { $0.code == .unreadableObject }, "\(report.findings)")
    }

    // MARK: One span

    @Test(arguments: [0, 1, 4096, 8192] as [UInt64], [false, true])
    func `a span is proven to its last byte`(lacking: UInt64, isSecondPart: Bool) throws {
        let store = MemoryStore()
        let (object, known) = try Self.object(of: 16_384, in: store)
        let span = Span(0..<4, isInterleaved: true)
        let end = known.bytes(of: isSecondPart ? span.second : span.first).upperBound
        store.setFault { request, _ in
            request.range.upperBound == end && lacking > 0 ? .endsEarly(by: lacking) : nil
        }
        for readsInTurn in [false, true] {
            let context = Self.context(readsInTurn ? InTurn(store) : store)
            var cost = ReadingCost()
            let meter = BackupMeter(label: "x", bytes: object.size)
            if lacking == 0 {
                #expect(
                    try context.prove(span, of: object, known: known, meter: meter, cost: &cost).isEmpty)
            } else {
                #expect(throws: ObjectStoreError.self) {
                    try context.prove(span, of: object, known: known, meter: meter, cost: &cost)
                }
            }
        }
    }

    private static func object(of size: Int, in store: MemoryStore) throws -> (StoredObject, KnownChunks) {
        let bytes = SeededBytes.some(size, seed: 1)
        store.put("x", bytes)
        var pass = WholePass(size: UInt64(size), chunkSize: 4096)
        pass.receive(bytes.span.bytes)
        let whole = pass.finish()
        let states = try #require(whole).midstates
        let object = try store.head("x")
        let pin = Pin(
            sha256: sha256(bytes), validators: object.validators, isAttested: true,
            midstates: MidstateSeal(chunkSize: 4096, digest: sha256(states.states)),
            since: Timestamp(seconds: 0))
        return (object, try #require(KnownChunks(states, pin: pin)))
    }

    private static func context(_ store: any ObjectStore) -> ReadingContext {
        ReadingContext(
            store: store, ledger: ForgetfulLedger(), clock: .fixed(Timestamp(seconds: 0)),
            cancellation: Cancellation(),
            options: VerificationOptions(level: .checksummed, toolVersion: "test"),
            inspections: InspectionRoom(processors: 1))
    }
}

/// A store that reads two ranges side by side, as files are read.
private struct InTurn: ObjectStore {
    private let store: MemoryStore

    init(_ store: MemoryStore) { self.store = store }

    var url: String { store.url }

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) { try store.list(prefix, body) }

    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try store.head(name) }

    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics { try store.read(request, body) }

    func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool {
        var (one, other): ([UInt8], [UInt8]) = ([], [])
        _ = try store.read(first) { bytes in bytes.withUnsafeBytes { one += $0 } }
        _ = try store.read(second) { bytes in bytes.withUnsafeBytes { other += $0 } }
        try body(one.span.bytes, other.span.bytes)
        return true
    }
}
