// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("wal-get as restore_command", .serialized)
struct WALGetTests {
    /// What each version of PostgreSQL is tried with.
    private static let recipes: [(PostgresCluster.Version, segmentSize: Int)] = [
        (.v15, 1), (.v16, 16), (.v18, 1),
    ]

    @Test(Requires.postgres(.v15, .v16, .v18), Requires.rclone, arguments: recipes)
    func `takes recovery exactly as far as it was asked to, across a timeline switch`(
        version: PostgresCluster.Version, segmentSize: Int
    ) async throws {
        try await ArchivedCluster.with(version, segmentSize: segmentSize) { world in
            try await checkEverySegment(world)
            let flat = try await world.recover(
                from: [world.archive], settings: ["recovery_target_name = 'here'"])
            #expect(flat == "before", "\(flat)")
            try await world.compress()
            let all = try await world.recover(from: [world.archive], settings: [])
            #expect(all == "before,after,on two", "\(all)")
            try await RcloneServer.with(serving: world.place.path("s3")) { rclone in
                var environment = world.environment
                environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
                environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
                let fromS3 = try await world.recover(
                    from: ["s3://wal/grouped", "--endpoint", rclone.endpoint], environment: environment,
                    settings: ["recovery_target_name = 'here'"])
                #expect(fromS3 == "before", "\(fromS3)")
            }
        }
    }

    /// What PostgreSQL archived is sound to us, one by one.
    private func checkEverySegment(_ world: ArchivedCluster) async throws {
        let binary = try Binary()
        let names = try FileManager.default.contentsOfDirectory(atPath: world.archive)
        let files = names.filter { !$0.hasSuffix(".partial") }
        #expect(files.contains("00000002.history") && files.count > 6, "\(names)")
        for name in files {
            let run = try await binary("wal-get", world.archive, name, "\(binary.home.path)/out")
            #expect(run.status == 0 && run.stderr.isEmpty, "\(name): \(run)")
            let out = try Data(contentsOf: URL(filePath: "\(binary.home.path)/out"))
            #expect(try out == Data(contentsOf: URL(filePath: "\(world.archive)/\(name)")))
        }
    }

    @Test(Requires.postgres(.v15))
    func `stops recovery at damage, where cp would have ended it`() async throws {
        try await ArchivedCluster.with(.v15, segmentSize: 1) { world in
            let names = try FileManager.default.contentsOfDirectory(atPath: world.archive).sorted()
            let victim = try #require(names.filter { $0.hasPrefix("00000001") && $0.utf8.count == 24 }.last)
            let file = try FileHandle(forUpdating: URL(filePath: "\(world.archive)/\(victim)"))
            try file.seek(toOffset: 24_000)
            try file.write(contentsOf: Data(repeating: 0x55, count: 16))
            try file.close()
            let log = try await world.failedRecovery(from: [world.archive])
            #expect(log.contains("'\(victim)' is damaged"), "\(log.suffix(3000))")
            #expect(log.contains("FATAL:  could not restore file \"\(victim)\" from archive"))
            #expect(!log.contains("archive recovery complete"))
        }
    }
}
