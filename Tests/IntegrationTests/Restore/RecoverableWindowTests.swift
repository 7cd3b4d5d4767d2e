// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("from when to when a backup can be recovered", .serialized)
struct RecoverableWindowTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(10)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `is what PostgreSQL agrees with, by plan and list`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version, settings: Self.archiving, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE p (i int)")
            try await world.cluster.psql("INSERT INTO p VALUES (1)")
            try await world.cluster.psql("SELECT pg_create_restore_point('here')")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            try await world.cluster.psql("INSERT INTO p VALUES (2)")
            let end = try await world.cluster.psql("SELECT pg_switch_wal()")
            // An idle server: segments without a commit.
            try await world.cluster.psql("SELECT pg_create_restore_point('there')")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            try await world.cluster.psql("CHECKPOINT")
            try await world.cluster.stop()
            let list = try await world.binary(
                "list", world.store, "--wal-archive", archive, "--restore-points", "--json")
            let found = try list.document(ListDocument.self).backups[0].recoverable
            let way = try #require(found?.ways.first, "\(list)")
            #expect(way.window.restorePoints?.map(\.name) == ["here", "there"], "\(list)")
            #expect(way.isDecided && way.timeline == 1 && way.gap == nil, "\(list)")
            let text = try await world.binary("list", world.store, "--wal-archive", archive)
            #expect(text.output.contains("base: on timeline 1 from \(way.window.earliest.lsn)"), "\(text)")
            let time = try #require(way.window.latest.time)
            try await Self.expect(["--to-time", time], 17, "", world, archive)
            let before = try #require(Self.earlier(time))
            try await Self.expect(["--to-time", before], 0, "1", world, archive)
            try await Self.expect(["--to-lsn", end], 0, "1,2", world, archive)
            try await Self.expect(["--to-lsn", way.window.latest.lsn], 17, "", world, archive)
            try await Self.expect([], 0, "1,2", world, archive)
            try await Self.expectNoPromise(of: world, archive)
        }
    }

    /// Damages the backup: the archive recovers nothing without it.
    private static func expectNoPromise(of world: RestoreWorld, _ archive: String) async throws {
        let sound = try await world.binary("list", world.store, "--wal-archive", archive)
        #expect(!sound.output.contains("REFUSES"), "\(sound)")
        #expect(sound.output.contains(/on timeline 1 from [0-9A-F\/]+ \(\S/), "\(sound)")
        let base = URL(filePath: "\(world.store)/base/base.tar.gz")
        var bytes = try Data(contentsOf: base)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: base)
        #expect(try await world.binary("verify", world.store).status == 1)
        let damaged = try await world.binary("list", world.store, "--wal-archive", archive)
        #expect(damaged.output.contains("base: DAMAGED since"), "\(damaged)")
        #expect(damaged.output.contains("RESTORE REFUSES IT"), "\(damaged)")
    }

    private static func expect(
        _ goal: [String], _ status: Int32, _ rows: String, _ world: RestoreWorld, _ archive: String
    ) async throws {
        let run = try await world.restore(["--wal-archive", archive] + goal)
        #expect(run.status == status, "\(goal): \(run)")
        guard status == 0 else { return #expect(world.isUntouched) }
        let found = try await world.restoredRows("SELECT string_agg(i::text, ',' ORDER BY i) FROM p")
        #expect(found == rows, "\(goal)")
        try world.removeRestored()
    }

    /// A microsecond before; times are told to the microsecond.
    private static func earlier(_ time: String) -> String? {
        let parts = time.dropLast().split(separator: ".")
        guard parts.count == 2,
            let fraction = Int(parts[1].prefix(6).padding(toLength: 6, withPad: "0", startingAt: 0)),
            fraction > 0
        else { return nil }
        let digits = String(fraction - 1)
        return "\(parts[0]).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
    }

    private struct ListDocument: Decodable {
        struct Backup: Decodable { var recoverable: Recoverable? }
        struct Recoverable: Decodable { var ways: [Way] }
        struct Way: Decodable {
            var timeline: Int
            var isDecided: Bool
            var window: Window
            var gap: Gap?
        }
        struct Gap: Decodable { var first: String }
        struct Window: Decodable {
            var earliest: Point
            var latest: Point
            var restorePoints: [RestorePoint]?
        }
        struct Point: Decodable {
            var lsn: String
            var time: String?
        }
        struct RestorePoint: Decodable { var name: String }
        var backups: [Backup]
    }
}
