// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("the end of an archive of WAL", .serialized)
struct EndOfArchiveTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    /// A server is killed, and its last segment is copied as it was: by its whole name, and as a copy that broke off.
    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(10)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `is told, and is recovered for who asks for it`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version, settings: Self.archiving, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE p (i int)")
            for row in 1...4 {
                try await world.cluster.psql("INSERT INTO p VALUES (\(row))")
                let full = try await world.cluster.psql("SELECT pg_walfile_name(pg_switch_wal())")
                try await Self.awaitArchived("\(archive)/\(full)")
            }
            try await world.cluster.psql("CHECKPOINT")
            try await world.cluster.psql("INSERT INTO p VALUES (5)")
            let last = try await world.cluster.psql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
            try await world.cluster.stop(mode: "immediate")
            let segment = try Data(
                contentsOf: URL(filePath: "\(world.cluster.dataDirectory)/pg_wal/\(last)"))
            for (name, bytes) in [
                (last, segment), ("\(last).1a2b3c4d.partial", segment),
                ("\(last).tmp", segment.prefix(segment.count / 2)), (".\(last).Ab12xY", segment),
            ] {
                let file = URL(filePath: "\(archive)/\(name)")
                try bytes.write(to: file)
                try await Self.expectEnd(world, archive, name, last)
                try FileManager.default.removeItem(at: file)
            }
        }
    }

    /// The archiver is a process of its own, which a server that is killed does not wait for.
    private static func awaitArchived(_ path: String) async throws {
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: path) {
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func expectEnd(
        _ world: RestoreWorld, _ archive: String, _ name: String, _ segment: String
    ) async throws {
        let got = try await world.binary("wal-get", archive, segment, "\(world.binary.home.path)/out")
        #expect(got.status == 9, "\(name): \(got)")
        let without = try await world.restore("--wal-archive", archive)
        #expect(without.status == 0, "\(name): \(without)")
        #expect(try await world.restoredRows("SELECT max(i) FROM p") == "4", "\(name)")
        let isTold = name.hasPrefix(".") || without.output.contains("'\(name)' holds WAL up to")
        #expect(
            isTold && (name.hasPrefix(".") || without.output.contains("--allow-unfinished")), "\(without)")
        try world.removeRestored()
        let with = try await world.restore("--wal-archive", archive, "--allow-unfinished")
        #expect(with.status == 0, "\(name): \(with)")
        #expect(try await world.restoredRows("SELECT max(i) FROM p") == "5", "\(name)")
        try world.removeRestored()
    }
}
