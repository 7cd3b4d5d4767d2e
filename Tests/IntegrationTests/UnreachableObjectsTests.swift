// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@Suite("an object that cannot be read to its end")
struct UnreachableObjectsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `says nothing about the backup, whichever it is`() async throws {
        try await TemporaryDirectory.with { place in
            try await Self.makeBackups(in: place)
            let objects = try Self.objects(in: place.path("store"))
            let chosen = objects.keys.filter { name in
                // The info file is but a claim: one that cannot be read is a warning.
                name.description.hasPrefix("tar/") && !name.hasSuffix(".info")
                    || ["plain/base/1/1259", "plain/global/pg_control", "plain/PG_VERSION"].contains(name)
                    || name.description.hasPrefix("plain/pg_wal/0")
            }
            #expect(chosen.count >= 9)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in chosen.sorted() {
                    group.addTask { try await Self.expectNoVerdict(whenCut: name, objects) }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func makeBackups(in place: TemporaryDirectory) async throws {
        try await PostgresCluster.with(.v15, initdb: ["--data-checksums", "--wal-segsize=1"]) { cluster in
            let space = try cluster.makeDirectory("space")
            try await cluster.psql("CREATE TABLE t AS SELECT n FROM generate_series(1, 20000) n")
            try await cluster.baseBackup(into: place.path("store/plain"), ["-Fp", "-X", "stream"])
            try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
            try await cluster.psql("CREATE TABLE u TABLESPACE elsewhere AS SELECT * FROM t")
            try await cluster.baseBackup(into: place.path("store/tar"), ["-Ft", "-z", "-X", "stream"])
        }
        for label in ["plain", "tar"] { try await writeSumFile(in: place.path("store/\(label)")) }
    }

    private static func objects(in store: String) throws -> [ObjectName: [UInt8]] {
        var objects: [ObjectName: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: store) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(store)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            objects[ObjectName(name)] = Array(try Data(contentsOf: URL(filePath: "\(store)/\(name)")))
        }
        return objects
    }

    /// Every reply that has the object's second half ends in the middle of it.
    private static func expectNoVerdict(
        whenCut name: ObjectName, _ objects: [ObjectName: [UInt8]]
    ) async throws {
        let half = try #require(objects[name]).count / 2
        let bucket = try ScriptedBucket.start(objects, name: "store") { request, reply in
            let first = request.range?.first ?? 0
            guard request.method == "GET", request.path == "/store/\(name)", first + reply.body.count > half
            else { return reply }
            return reply.cut(after: max(0, half - first))
        }
        defer { bucket.stop() }
        var binary = try Binary()
        binary.environment["AWS_ACCESS_KEY_ID"] = "id"
        binary.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
        let run = try await binary("verify", "s3://store", "-e", bucket.endpoint, "--json")
        let document = try run.verification()
        let hit = try #require(document.backups.first { name.description.hasPrefix($0.label + "/") })
        #expect(run.status == 5 && hit.verdict == "inconclusive", "\(name): \(run)")
        #expect(hit.errors.map(\.code) == ["UNREADABLE_OBJECT"], "\(name): \(hit.errors)")
        #expect(document.backups.filter { $0.label != hit.label }.allSatisfy { $0.verdict == "verified" })
        bucket.onReply { $1 }
        #expect(try await binary("verify", "s3://store", "-e", bucket.endpoint).status == 0, "\(name)")
    }
}
