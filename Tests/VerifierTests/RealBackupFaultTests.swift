// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import Verifier

/// The same faults at level `inspected`, over what pg_basebackup wrote: what rests on several objects must not be
/// said when one of them could not be read.
@Suite("faults while a real backup is inspected", .serialized)
struct RealBackupFaultTests {
    /// How many scripts: 16, or what `PG_BACKCTL_TEST_REAL_FAULT_SCRIPTS` says; a quarter for a data directory,
    /// which is a thousand objects.
    private static let scripts =
        ProcessInfo.processInfo.environment["PG_BACKCTL_TEST_REAL_FAULT_SCRIPTS"].flatMap { UInt64($0) } ?? 16

    enum Form: String, CaseIterable {
        case archives = "-Ft"
        case directory = "-Fp"

        var scripts: UInt64 {
            self == .archives ? RealBackupFaultTests.scripts : RealBackupFaultTests.scripts / 4
        }
        var options: [String] { self == .archives ? ["-z"] : [] }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)), arguments: Form.allCases)
    func `never make a sound one damaged, nor one with a flipped bit verified`(_ form: Form) async throws {
        let set = try await Self.backup(form)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<form.scripts {
                group.addTask { try Self.expectNoDamage(set, seed) }
                group.addTask { try Self.expectDamage(set, seed) }
            }
            try await group.waitForAll()
        }
    }

    private static func backup(_ form: Form) async throws -> BackupSet {
        try await TemporaryDirectory.with { place in
            let folder = place.path("backup")
            try await PostgresCluster.with(.v15, initdb: ["--data-checksums", "--wal-segsize=1"]) { cluster in
                if form == .archives {
                    let space = try cluster.makeDirectory("space")
                    try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
                    try await cluster.psql(
                        "CREATE TABLE u TABLESPACE elsewhere AS SELECT n FROM generate_series(1, 2000) n")
                }
                try await cluster.baseBackup(into: folder, [form.rawValue, "-X", "stream"] + form.options)
            }
            var set = BackupSet(folder: S3World.folder, objects: [:])
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let path = URL(filePath: "\(folder)/\(name)")
                guard try path.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                    continue
                }
                set.objects[ObjectName(name)] = Array(try Data(contentsOf: path))
            }
            return set
        }
    }

    private static func expectNoDamage(_ set: BackupSet, _ seed: UInt64) throws {
        let world = try S3World(set)
        let script = FaultScript(seed: seed)
        for _ in 0..<2 {
            world.bucket.onReply(script.reply)
            let outcome = try world.verify(level: .inspected, jobs: 1 + Int(seed % 3), chunkSize: 1 << 20)
            #expect(
                [.success, .inconclusive, .policyNotMet, .nothingThere].contains(outcome.exitStatus),
                "script \(seed): \(outcome.report?.findings ?? [])")
        }
        world.bucket.onReply { $1 }
        let last = try world.verify(level: .inspected, chunkSize: 1 << 20)
        #expect(last.exitStatus == .success, "after script \(seed): \(last.report?.findings ?? [])")
        #expect(last.report?.backups.map(\.level) == [.inspected], "after script \(seed)")
        #expect(try world.wrongPins() == [], "after script \(seed)")
    }

    private static func expectDamage(_ set: BackupSet, _ seed: UInt64) throws {
        let world = try S3World(set)
        let names = set.objects.filter { !$0.value.isEmpty && $0.key != "backup_manifest" }.keys.sorted()
        let name = names[Int(seed &* 7919 % UInt64(names.count))]
        let size = UInt64(set.objects[name]?.count ?? 1)
        try world.rot(set.name(name), byte: Int(seed &* 1_000_003 % size), bit: UInt8(seed % 8))
        let script = FaultScript(seed: seed)
        world.bucket.onReply(script.reply)
        let outcome = try world.verify(level: .inspected, jobs: 1 + Int(seed % 3), chunkSize: 1 << 20)
        #expect(
            [.damaged, .inconclusive, .policyNotMet, .nothingThere].contains(outcome.exitStatus),
            "script \(seed): \(outcome.report?.findings ?? [])")
        world.bucket.onReply { $1 }
        let last = try world.verify(level: .inspected, chunkSize: 1 << 20)
        #expect(last.exitStatus == .damaged, "after script \(seed): \(last.report?.findings ?? [])")
    }
}
