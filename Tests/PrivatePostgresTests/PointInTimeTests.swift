// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Foundation
import RestoreKit
import TestKit
import Testing

@testable import PrivatePostgres

@Suite("recovery to a point between two transactions", .serialized)
struct PointInTimeTests {
    /// The rows of `t` say which transactions there are.
    private static let query = "SELECT string_agg(n::text, ',' ORDER BY n) FROM t"

    @Test(Requires.postgres(.v15, .v18), arguments: [PostgresCluster.Version.v15, .v18])
    func `gives exactly the first, and says how far it got when the point is not there`(
        version: PostgresCluster.Version
    ) async throws {
        try await TemporaryDirectory.with { place in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.path)
            try await PostgresCluster.with(
                version, initdb: ["--wal-segsize=1"], settings: WALDirectory.settings(place.path)
            ) { cluster in
                try await cluster.psql("CREATE TABLE t (n int)")
                let backup = try await RestoredDirectory.take(of: cluster, "original")
                let transaction = try await cluster.psql(
                    "BEGIN; INSERT INTO t VALUES (1); SELECT pg_current_xact_id(); COMMIT")
                let lsn = try await cluster.psql("SELECT pg_current_wal_insert_lsn()")
                let time = try await cluster.psql("SELECT pg_sleep(0.05); SELECT clock_timestamp()")
                try await cluster.psql("SELECT pg_create_restore_point('it''s here')")
                try await cluster.psql("SELECT pg_sleep(0.05); INSERT INTO t VALUES (2)")
                // Stopping fills the archive.
                try await cluster.stop()
                let archive = try WALDirectory(place.path, for: cluster)

                let words: [(RecoveryGoal.Words, String)] = [
                    (.init(time: time.trimmingCharacters(in: .whitespacesAndNewlines)), "1"),
                    (.init(lsn: lsn), "1"),
                    (.init(transaction: transaction), "1"), (.init(name: "it's here"), "1"), (.init(), "1,2"),
                ]
                for (index, (words, rows)) in words.enumerated() {
                    let goal = try RecoveryGoal.parse(words, hasArchive: true)
                    let restored = try await backup.copy("\(index)")
                    let found = try await restored.recover(
                        to: goal.target, archive.command, query: Self.query)
                    #expect(found.result == rows, "\(goal)")
                    #expect(found.outcome.timeline == 2)
                    #expect(found.outcome.lastTransaction != nil)
                    try restored.expectNothingLeft()
                }
                try await Self.expectUnreached(try await backup.copy("late"), archive)
            }
        }
    }

    private static func expectUnreached(_ restored: RestoredDirectory, _ archive: WALDirectory) async throws {
        do {
            _ = try await restored.recover(to: .name("nowhere"), archive.command, query: Self.query)
            Issue.record("there is no such restore point")
        } catch let error as PrivatePostgresError {
            #expect(error.exitStatus == .restoreFailed)
            #expect(error.message.contains("restore point 'nowhere'"))
            #expect(error.message.contains("the WAL ends before the target"))
            #expect(error.message.contains(/recovered up to WAL position [0-9A-F]+\/[0-9A-F]+/))
            #expect(error.message.contains(/its last transaction of 20\d\d-\d\d-\d\d \d\d:\d\d/), "\(error)")
        }
        try restored.expectNoServer()
    }

    @Test(Requires.postgres(.v15))
    func `follows the archive over a switch of timelines, and tells its progress`() async throws {
        try await TemporaryDirectory.with { place in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.path)
            try await PostgresCluster.with(
                .v15, initdb: ["--wal-segsize=1"], settings: WALDirectory.settings(place.path)
            ) { cluster in
                try await cluster.psql("CREATE TABLE t (n int)")
                let backup = try await RestoredDirectory.take(of: cluster, "original")
                try await cluster.psql("INSERT INTO t VALUES (1)")
                try await cluster.stop()
                try await cluster.promote()
                try await cluster.psql("INSERT INTO t SELECT generate_series(2, 60000)")
                try await cluster.psql("CHECKPOINT")
                let end = try await cluster.psql("SELECT pg_current_wal_insert_lsn()")
                try await cluster.stop()

                let archive = try WALDirectory(place.path, for: cluster)
                let target = RecoveryGoal.Target.lsn(try #require(LogSequenceNumber(end)))
                let (outcome, rows, seen) = try await onPlainThread {
                    var seen: [RecoveryProgress] = []
                    let (outcome, rows) = try backup.server(target, archive.command)
                        .recover(cancellation: Cancellation(), onProgress: { seen.append($0) }) {
                            (connection) throws(PrivatePostgresError) -> String in
                            backup.rows(of: "SELECT count(*) FROM t", connection)
                        }
                    return (outcome, rows, seen)
                }
                #expect(rows == "60000")
                #expect(outcome.target == 2 && outcome.timeline == 3)
                #expect(LogSequenceNumber(end).map { outcome.end >= $0 } == true, "\(outcome) \(end)")
                #expect(seen.allSatisfy { $0.done <= $0.total ?? 0 } && !seen.isEmpty, "\(seen)")
            }
        }
    }
}

extension PostgresCluster {
    /// Starts the stopped cluster on a timeline of its own.
    func promote() async throws {
        let file = "\(dataDirectory)/postgresql.auto.conf"
        let settings = try String(contentsOfFile: file, encoding: .utf8)
        try Data((settings + "restore_command = 'exit 1'\n").utf8).write(to: URL(filePath: file))
        try Data().write(to: URL(filePath: "\(dataDirectory)/recovery.signal"))
        if let owner = try? ServerOwner.find(nil) {
            for name in [file, "\(dataDirectory)/recovery.signal"] {
                try FileManager.default.setAttributes(
                    [.ownerAccountID: Int(owner.user), .groupOwnerAccountID: Int(owner.group)],
                    ofItemAtPath: name)
            }
        }
        try await start()
        while try await psql("SELECT pg_is_in_recovery()") == "t" {
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
