// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Digests
import History
import ObjectStore
import TestKit

@testable import Verifier

/// A store, a history and a clock, and the verb that a test is about.
final class World {
    let store: MemoryStore
    let history: HistoryDatabase
    let cancellation = Cancellation()
    var now = Timestamp(seconds: 1_761_660_000)
    private let directory: OwnedDirectory

    init(_ set: BackupSet? = nil, withSums: Bool = true) throws {
        store = MemoryStore()
        directory = try OwnedDirectory()
        history = try HistoryDatabase(at: directory.path + "/history.sqlite", clock: .fixed(now))
        set?.upload(to: store, withSums: withSums)
    }

    /// Verifies the backups with these labels, or everything in the store, an hour after the last time.
    @discardableResult
    func verify(
        _ labels: String..., level: Level = .checksummed, jobs: Int = 2, chunkSize: UInt64 = 4096,
        isFresh: Bool = false,
        remembers: Bool = true, progressInterval: Double = 0, ledger other: (any Ledger)? = nil,
        observer: (any VerificationObserver)? = nil
    ) throws -> VerificationReport {
        now = now.advanced(bySeconds: 3600)
        let options = VerificationOptions(
            level: level, isFresh: isFresh, jobs: jobs, chunkSize: chunkSize, spanSize: 4 * chunkSize,
            progressInterval: progressInterval, toolVersion: "test")
        let ledger: any Ledger = other ?? (remembers ? history : ForgetfulLedger())
        let verification = Verification(
            of: store, ledger: ledger, options: options, clock: .fixed(now), cancellation: cancellation,
            observer: observer)
        let all = try Catalogue.scan(store).backups
        let chosen = labels.isEmpty ? all : all.filter { labels.contains($0.label) }
        return try verification.run(chosen, among: all, location: store.url)
    }

    /// How many findings of this kind the history holds open.
    func openFindings(_ code: FindingCode) throws -> Int {
        try history.findings().count { $0.code == code.rawValue && $0.state == .open }
    }
}

extension VerificationReport {
    /// The codes of all findings that are worse than notes.
    var codes: [FindingCode] {
        backups.flatMap(\.findings).filter { $0.severity != .note }.map(\.code)
    }

    var findings: [Finding] { backups.flatMap(\.findings) }

    func object(_ name: ObjectName) -> ObjectReport? { backups.flatMap(\.objects).first { $0.name == name } }
}

/// A history whose state lists changed after they were sealed.
struct RottenStates: Ledger {
    private let history: HistoryDatabase

    init(_ history: HistoryDatabase) { self.history = history }

    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        var midstates = try history.midstates(of: object, in: place)
        midstates?.states[0] ^= 1
        return midstates
    }

    func begin(_ run: RunStart) throws -> RunID { try history.begin(run) }
    func lock(_ place: BackupPlace, for run: RunID) throws { try history.lock(place, for: run) }
    func memory(of place: BackupPlace) throws -> BackupMemory { try history.memory(of: place) }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws {
        try history.keep(progress, of: object, in: place)
    }
    func record(_ outcome: BackupOutcome, in run: RunID) throws { try history.record(outcome, in: run) }
    func release(_ place: BackupPlace) throws { try history.release(place) }
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws {
        try history.end(run, exitStatus: exitStatus, verdict: verdict)
    }
}

func sha256(_ bytes: [UInt8]) -> String { SHA256.digest(of: bytes).hex }
