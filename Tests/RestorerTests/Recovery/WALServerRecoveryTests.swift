// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import ObjectStore
import PrivatePostgres
import Restorer
import TestKit
import Testing
import WALArchive

@Suite("a PostgreSQL that is served WAL", .serialized)
struct WALServerRecoveryTests {
    @Test(Requires.postgres(.v15))
    func `recovers without credentials, as another user`() async throws {
        try await ArchivedCluster.with(.v15, segmentSize: 1) { world in
            try await world.compress()
            let store = try LocalDirectory(world.archive, cancellation: Cancellation())
            let archive = WALArchive(store, segmentSize: 1 << 20, cancellation: Cancellation())
            let directory = world.place.path("serving")
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            var options = WALServer.Options()
            let status = try FileManager.default.attributesOfItem(atPath: world.cluster.dataDirectory)
            let user = try #require(status[.ownerAccountID] as? Int)
            let group = try #require(status[.groupOwnerAccountID] as? Int)
            options.owner = (UInt32(user), UInt32(group))
            let server = try WALServer(archive, in: directory, options)
            defer { server.stop() }
            let place = try FileManager.default.attributesOfItem(atPath: directory)
            #expect(place[.ownerAccountID] as? Int == Int(geteuid()))
            #expect((place[.posixPermissions] as? Int).map { $0 & 0o022 } == 0)
            let command = server.restoreCommand(executable: world.binary).text
            let rows = try await world.recover(with: command, settings: [])
            #expect(rows == "before,after,on two", "\(rows)")
            let report = server.stop()
            #expect(report.segments > 6 && report.firstFailure == nil, "\(report)")
            #expect(report.bytes == UInt64(report.segments) << 20 && report.lastAbsent != nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
            // Served no more: recovery must fail, not end early.
            let log = try await world.failedRecovery(with: command)
            #expect(log.contains("the WAL server at") && !log.contains("recovery complete"), "\(log)")
        }
    }
}
