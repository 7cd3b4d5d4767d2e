// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import ObjectStore
import TestKit
import Testing

@testable import Verifier

@Suite struct ResumptionTests {
    private static let base: ObjectName = "20251027T143000/base.tar.gz"

    /// Bytes of the base archive that were asked for since the requests were last forgotten.
    private func baseRanges(_ world: World) -> [Range<UInt64>] {
        world.store.requests.filter { $0.name == Self.base }.map(\.range)
    }

    private func interrupt(_ world: World, after bytes: UInt64) throws {
        world.store.setFault { request, _ in
            request.name == Self.base ? .interrupted(after: bytes) : nil
        }
        let report = try world.verify(jobs: 1)
        #expect(report.isInterrupted)
        #expect(report.exitStatus == .interrupted)
        #expect(report.backups.isEmpty)
        world.store.setFault(nil)
        world.store.forgetRequests()
    }

    @Test func `a first reading goes on at the last boundary it passed`() throws {
        let world = try World(.tar())
        try interrupt(world, after: 20_000)
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(baseRanges(world) == [16_384..<40_960])
        #expect(report.object("base.tar.gz")?.bytesResumed == 16_384)
        #expect(report.object("base.tar.gz")?.bytesRead == 24_576)
    }

    @Test func `a reading by chunks proves only what was not proven`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.setFault { request, _ in
            request.name == Self.base && request.range.lowerBound >= 16_384 ? .interrupted(after: 0) : nil
        }
        #expect(try world.verify(jobs: 1).isInterrupted)
        world.store.setFault(nil)
        world.store.forgetRequests()
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(baseRanges(world).map(\.lowerBound).min() == 16_384)
        #expect(report.object("base.tar.gz")?.bytesResumed == 16_384)
    }

    @Test func `what was proven to its last chunk is not read again`() throws {
        let world = try World(.tar())
        try world.verify()
        let place = BackupPlace(url: world.store.url + "/20251027T143000", label: "20251027T143000")
        let pin = try #require(try world.history.memory(of: place).pins["base.tar.gz"])
        let seen = try world.store.head(Self.base).validators
        let run = try world.history.begin(
            RunStart(
                command: "verify", location: "x", levelAsked: .checksummed, started: world.now,
                toolVersion: "x"))
        try world.history.lock(place, for: run)
        for chunks in [0..<7, 7..<10] {
            try world.history.keep(
                .proven(
                    chunks: chunks, chunkSize: 4096, pin: pin.sha256, validators: seen, at: world.now),
                of: "base.tar.gz", in: place)
        }
        try world.history.release(place)
        world.store.forgetRequests()
        let report = try world.verify()
        #expect(report.verdict == .verified && baseRanges(world) == [])
        #expect(report.object("base.tar.gz")?.bytesResumed == 40_960)
        #expect(try world.history.memory(of: place).pins["base.tar.gz"]?.midstates == pin.midstates)
    }

    @Test(arguments: [
        ([0..<3], true), ([0..<1, 1..<3], true), ([0..<2], false), ([1..<3], false), ([], false),
    ])
    func `an object is proven when each of its chunks is`(chunks: [Range<Int>], isProven: Bool) throws {
        let (place, size) = (BackupPlace(url: "s3://b/A", label: "A"), UInt64(3 * 4096))
        let states = Midstates(chunkSize: 4096, states: Array(repeating: 1, count: 64))
        let version = Validators(size: size)
        let pin = Pin(
            sha256: sha256([]), validators: version, isAttested: true,
            midstates: MidstateSeal(chunkSize: 4096, digest: sha256(states.states)),
            since: Timestamp(seconds: 1))
        let task = ObjectTask(
            object: StoredObject(name: "A/o", validators: version), name: "o", place: place,
            expectation: Expectation(pin: pin, isAttestorUnchanged: true),
            known: KnownChunks(states, pin: pin),
            progress: ObjectProgress(
                .proven(chunks: chunks, chunkSize: 4096, pin: pin.sha256), validators: version,
                since: Timestamp(seconds: 1)), needsAttestation: false)
        #expect(task.canBeProvenInChunks && ChunkedObject.isProven(task) == isProven)
    }

    @Test func `damage in the part that was read before is still found`() throws {
        let world = try World(.tar())
        world.store.flip(Self.base, byte: 100)
        try interrupt(world, after: 20_000)
        #expect(try world.verify().exitStatus == .damaged)
    }

    @Test func `another version of the object is read from the start`() throws {
        let world = try World(.tar())
        try interrupt(world, after: 20_000)
        world.store.put(Self.base, world.store.bytes(Self.base))
        #expect(try world.verify().verdict == .verified)
        #expect(baseRanges(world) == [0..<40_960])
    }

    @Test func `a fresh run starts over`() throws {
        let world = try World(.tar())
        try interrupt(world, after: 20_000)
        #expect(try world.verify(isFresh: true).verdict == .verified)
        #expect(baseRanges(world) == [0..<40_960])
    }

    @Test func `what was read more than a day ago is read again`() throws {
        let world = try World(.tar())
        try interrupt(world, after: 20_000)
        world.now = world.now.advanced(bySeconds: 86_400)
        #expect(try world.verify().verdict == .verified)
        #expect(baseRanges(world) == [0..<40_960])
    }

    @Test func `a verdict leaves nothing to go on from`() throws {
        let world = try World(.tar())
        try interrupt(world, after: 20_000)
        try world.verify()
        world.store.forgetRequests()
        try world.verify(isFresh: false)
        #expect(baseRanges(world).map(\.lowerBound).min() == 0)
    }

    @Test(arguments: [false, true])
    func `what an interrupted run read wrong neither makes nor hides damage`(isDamaged: Bool) throws {
        let world = try World(.tar())
        if isDamaged { world.store.flip(Self.base, byte: 30_000) }
        let place = BackupPlace(url: "memory:///backups/20251027T143000", label: "20251027T143000")
        let run = try world.history.begin(
            RunStart(
                command: "verify", location: "x", levelAsked: .checksummed, started: world.now,
                toolVersion: "x"))
        try world.history.lock(place, for: run)
        try world.history.keep(
            .read(
                states: Array(repeating: 7, count: 64), from: 0, chunkSize: 4096,
                validators: try world.store.head(Self.base).validators, at: world.now),
            of: "base.tar.gz", in: place)
        try world.history.release(place)
        let report = try world.verify()
        #expect(report.exitStatus == (isDamaged ? .damaged : .success))
        #expect(report.codes == [isDamaged ? .checksumMismatch : .unstableRead])
    }
}
