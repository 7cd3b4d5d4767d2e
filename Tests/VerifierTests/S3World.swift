// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Digests
import History
import Logging
import ObjectStore
import Synchronization
import TestKit
import Testing

@testable import Verifier

/// A backup in a scripted bucket, read as a user's is: S3 over HTTP, retries, a history in a file.
///
/// Nothing sleeps: waiting moves a clock of its own.
final class S3World: Sendable {
    static let folder = "prod/20251027T143000/"
    static let base = ObjectName(folder) + "base.tar.gz"
    static let sums = ObjectName(folder) + "backup.sha256"

    let bucket: ScriptedBucket
    let history: HistoryDatabase
    let time = Mutex(Duration.zero)
    private let now: Mutex<Timestamp>
    private let directory: OwnedDirectory

    init(_ set: BackupSet = .tar("prod/20251027T143000"), pageSize: Int = 1000) throws {
        bucket = try ScriptedBucket.start(pageSize: pageSize)
        directory = try OwnedDirectory()
        let start = WallClock.system.now
        now = Mutex(start)
        history = try HistoryDatabase(at: directory.path + "/history.sqlite", clock: .fixed(start))
        upload(set)
    }

    deinit { bucket.stop() }

    func upload(_ set: BackupSet) {
        for (object, bytes) in set.objects { bucket.put(set.name(object), bytes) }
        bucket.put(set.name("backup.sha256.info"), set.infoFile)
        bucket.put(set.name("backup.sha256"), set.sumFile)
    }

    /// Changes a byte as a failing medium does: under the same validators.
    func rot(_ name: ObjectName, byte: Int, bit: UInt8 = 0) throws {
        var object = try #require(bucket[name])
        object.bytes[byte] ^= 1 << bit
        bucket[name] = object
    }

    func store(stallSeconds: Int = 30) throws -> RetryingStore {
        let cancellation = Cancellation()
        let configuration = S3Configuration(
            endpoint: try S3Endpoint(bucket.endpoint),
            credentials: StaticCredentials(AccessKey(id: "TESTKEY", secret: Secret("TESTSECRET"))),
            stallSeconds: stallSeconds, cancellation: cancellation, logger: Self.silent)
        return RetryingStore(
            try S3Bucket(S3Location("s3://bucket"), configuration), policy: policy,
            cancellation: cancellation, logger: Self.silent)
    }

    private var policy: RetryPolicy {
        var policy = RetryPolicy()
        policy.random = { 0.5 }
        policy.now = { [weak self] in self?.time.withLock { $0 } ?? .zero }
        policy.sleep = { [weak self] duration in self?.time.withLock { $0 += duration } }
        return policy
    }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Lists and verifies all that is in the bucket, an hour after the last time.
    ///
    /// An error is what a user would see of it: its exit status.
    func verify(
        level: Level = .checksummed, jobs: Int = 2, chunkSize: UInt64 = 4096, stallSeconds: Int = 30,
        remembers: Bool = true
    ) throws -> Outcome {
        let now = now.withLock { now in
            now = now.advanced(bySeconds: 3600)
            return now
        }
        let options = VerificationOptions(
            level: level, jobs: jobs, chunkSize: chunkSize, spanSize: 4 * chunkSize, progressInterval: 0,
            toolVersion: "test")
        let store = try store(stallSeconds: stallSeconds)
        do {
            let catalogue = try Catalogue.scan(store)
            let ledger: any Ledger = remembers ? history : ForgetfulLedger()
            let verification = Verification(of: store, ledger: ledger, options: options, clock: .fixed(now))
            let report = try verification.run(catalogue.backups, location: store.url)
            return Outcome(exitStatus: report.exitStatus, report: report)
        } catch let error as any UserError {
            return Outcome(exitStatus: error.exitStatus, message: error.message)
        }
    }

    struct Outcome {
        var exitStatus: Diagnostics.ExitStatus
        var report: VerificationReport?
        var message = ""

        /// The codes of all findings that are worse than notes.
        var codes: [FindingCode] { report?.codes ?? [] }
    }
}

extension S3World {
    /// What every verb that reads may send (promise G4).
    func sentOnlyReadingRequests() -> Bool {
        bucket.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) && $0.body.isEmpty }
    }

    /// Pins of other digests than the bucket's own bytes have.
    func wrongPins() throws -> [ObjectName] {
        try pins().filter { name, pin in
            bucket[ObjectName(Self.folder) + name].map { sha256($0.bytes) } != pin.sha256
        }.map(\.key)
    }

    func pins() throws -> [ObjectName: Pin] {
        try history.backups().reduce(into: [:]) { pins, line in
            pins.merge(try history.memory(of: line.place).pins) { first, _ in first }
        }
    }

    /// Whether any proof so far says so.
    func hasProof(_ verdict: Verdict) throws -> Bool {
        try history.backups().contains {
            $0.verdict == verdict || (verdict == .verified && $0.lastVerified != nil)
        }
    }
}

/// The number of an object's GETs, counted by a hook.
final class Count: Sendable {
    private let value = Mutex(0)

    /// The next number, from 1.
    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

extension ScriptedRequest {
    /// Whether it asks for the bytes of this object.
    func reads(_ name: ObjectName) -> Bool { method == "GET" && isAbout(name) }

    func isAbout(_ name: ObjectName) -> Bool { path == "/bucket/\(name)" }

    var isListing: Bool { query.contains("list-type=2") }
}

extension S3World {
    /// After a run that could not read: nothing wrong is pinned, proven or found.
    func expectNothingWrongIsRemembered(
        isVerified: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try wrongPins() == [], sourceLocation: sourceLocation)
        #expect(try hasProof(.damaged) == false, sourceLocation: sourceLocation)
        #expect(try hasProof(.tampered) == false, sourceLocation: sourceLocation)
        if !isVerified { #expect(try hasProof(.verified) == false, sourceLocation: sourceLocation) }
        let damage: [FindingCode] = [
            .missingObject, .unlistedObject, .sizeMismatch, .checksumMismatch, .sumFileInvalid,
            .manifestInvalid, .manifestChecksum,
        ]
        let codes = try history.findings().filter { $0.severity == .error }.map(\.code)
        #expect(codes.filter { damage.map(\.rawValue).contains($0) } == [], sourceLocation: sourceLocation)
        #expect(sentOnlyReadingRequests(), sourceLocation: sourceLocation)
    }
}

extension ScriptedReply {
    static func slowDown(_ headers: [String: String]) -> ScriptedReply {
        .failure(503, "SlowDown", headers.map { ($0.key, $0.value) })
    }

    /// A refusal as S3 writes it.
    static func failure(
        _ status: Int, _ code: String, _ headers: [(name: String, value: String)] = []
    ) -> ScriptedReply {
        .status(status, "<Error><Code>\(code)</Code><Message>scripted</Message></Error>", headers)
    }
}
