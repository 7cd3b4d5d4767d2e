// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Digests
import Inspection
import ObjectStore
import TestKit
import Testing

@testable import Verifier

/// Every single-bit flip and every truncation of a 64 KiB backup set.
@Suite struct ExhaustiveDamageTests {
    private static let set = BackupSet.tar(base: 40_960, wal: 16_384)

    private func verdict(of store: MemoryStore, _ ledger: any Ledger = ForgetfulLedger()) throws
        -> VerificationReport
    {
        let options = VerificationOptions(level: .checksummed, chunkSize: 16_384, toolVersion: "test")
        let clock = WallClock.fixed(Timestamp(seconds: 1_761_660_000))
        let verification = Verification(of: store, ledger: ledger, options: options, clock: clock)
        return try verification.run(Catalogue.scan(store).backups, location: store.url)
    }

    @Test(arguments: ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest"] as [ObjectName])
    func `every flipped bit is found, by digest and by chunk`(object: ObjectName) throws {
        let bytes = try #require(Self.set.objects[object])
        let digest = sha256(bytes)
        var pass = WholePass(size: UInt64(bytes.count), chunkSize: 4096)
        pass.receive(bytes.span.bytes)
        let whole = pass.finish()
        let result = try #require(whole)
        let seal = MidstateSeal(chunkSize: 4096, digest: sha256(result.midstates.states))
        let pin = Pin(
            sha256: digest, validators: Validators(size: UInt64(bytes.count)), isAttested: true,
            midstates: seal,
            since: Timestamp(seconds: 0))
        let known = try #require(KnownChunks(result.midstates, pin: pin))
        var damaged = bytes
        var missed = 0
        for bit in 0..<bytes.count * 8 {
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let chunk = bit / 8 / 4096
            var lane = ChunkLane(known, chunk..<chunk + 1)
            let range = known.bytes(of: chunk..<chunk + 1)
            lane.receive(damaged.span.extracting(Int(range.lowerBound)..<Int(range.upperBound)).bytes) {
                $0.update($1)
            }
            if lane.damaged.map(\.index) != [chunk] { missed += 1 }
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(missed == 0)
    }

    @Test(arguments: ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest"] as [ObjectName])
    func `a flip in every byte is confirmed as damage by two readings`(object: ObjectName) throws {
        let store = MemoryStore()
        Self.set.upload(to: store)
        let name = Self.set.name(object)
        var missed: [Int] = []
        for byte in 0..<store.bytes(name).count {
            store.flip(name, byte: byte, bit: byte % 8)
            if try check(object, in: store).report.verdict != .damaged { missed.append(byte) }
            store.flip(name, byte: byte, bit: byte % 8)
            store.forgetRequests()
        }
        #expect(missed.isEmpty)
        #expect(try check(object, in: store).report.verdict == .verified)
    }

    @Test(arguments: ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest"] as [ObjectName])
    func `a truncation to every length is confirmed as damage by two readings`(object: ObjectName) throws {
        let store = MemoryStore()
        Self.set.upload(to: store)
        let name = Self.set.name(object)
        let count = store.bytes(name).count
        var missed: [Int] = []
        for length in (0..<count).reversed() {
            store.rot(name) { $0.removeLast($0.count - length) }
            if try check(object, in: store).report.verdict != .damaged { missed.append(length) }
            store.forgetRequests()
        }
        #expect(missed.isEmpty)
    }

    /// One object against the digest that its sum file names.
    private func check(_ object: ObjectName, in store: MemoryStore) throws -> ObjectResult {
        let digest = sha256(try #require(Self.set.objects[object]))
        let context = ReadingContext(
            store: store, ledger: ForgetfulLedger(), clock: .fixed(Timestamp(seconds: 0)),
            cancellation: Cancellation(),
            options: VerificationOptions(level: .checksummed, toolVersion: "test"),
            inspections: InspectionRoom(processors: 1))
        let task = ObjectTask(
            object: try store.head(Self.set.name(object)), name: object,
            place: BackupPlace(url: "memory:///", label: "x"),
            expectation: Expectation(
                attestation: .sumFile(sha256: digest, line: 1), isAttestorUnchanged: false),
            needsAttestation: true)
        return try ObjectCheck(context: context, meter: BackupMeter(label: "x", bytes: 0)).checkWhole(task)
    }

    @Test(arguments: ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest"] as [ObjectName])
    func `a whole verification finds flips and truncations wherever they are`(object: ObjectName) throws {
        let store = MemoryStore()
        Self.set.upload(to: store)
        let name = Self.set.name(object)
        let whole = store.bytes(name)
        for place in stride(from: 0, to: whole.count, by: 499) {
            store.flip(name, byte: place, bit: place % 8)
            #expect(try verdict(of: store).exitStatus == .damaged, "flip at \(place)")
            store.rot(name) { $0 = Array(whole[..<place]) }
            #expect(try verdict(of: store).exitStatus == .damaged, "truncated to \(place)")
            store.rot(name) { $0 = whole }
        }
        #expect(try verdict(of: store).verdict == .verified)
    }

    @Test(arguments: ["backup.sha256", "backup.sha256.info"] as [ObjectName])
    func `every flip in a sum or info file is a finding once pinned, and harmless before`(object: ObjectName)
        throws
    {
        let world = try World(Self.set)
        try world.verify()
        let name = Self.set.name(object)
        for bit in 0..<world.store.bytes(name).count * 8 {
            world.store.flip(name, byte: bit / 8, bit: bit % 8)
            let pinned = try verdict(of: world.store, ReadOnlyLedger(world.history))
            #expect(pinned.exitStatus == .damaged, "bit \(bit) once pinned")
            let unpinned = try verdict(of: world.store)
            // What is not found did not change what the file says: every object agrees with it.
            #expect([.success, .damaged].contains(unpinned.exitStatus), "bit \(bit) at first sight")
            if unpinned.exitStatus == .success {
                #expect(unpinned.object("base.tar.gz")?.verdict == .verified)
            }
            world.store.flip(name, byte: bit / 8, bit: bit % 8)
        }
    }
}

/// Remembers what is there and takes nothing in, so that one history serves many verifications.
struct ReadOnlyLedger: Ledger {
    private let pins: BackupMemory

    init(_ ledger: any Ledger) throws {
        pins = try ledger.memory(
            of: BackupPlace(url: "memory:///backups/20251027T143000", label: "20251027T143000"))
    }

    func begin(_ run: RunStart) -> RunID { RunID(0) }
    func lock(_ place: BackupPlace, for run: RunID) {}
    func memory(of place: BackupPlace) -> BackupMemory { pins }
    func midstates(of object: ObjectName, in place: BackupPlace) -> Midstates? { nil }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {}
    func record(_ outcome: BackupOutcome, in run: RunID) {}
    func release(_ place: BackupPlace) {}
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
