// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("layers that disagree", .serialized)
struct WhichLayerTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `are told apart: the sum file, a byte that no member covers, a member`() async throws {
        try await TemporaryDirectory.with { place in
            let backup = place.path("store/x")
            try await PostgresCluster.with(.v15) { cluster in
                try await cluster.psql("CREATE TABLE t AS SELECT n FROM generate_series(1, 20000) n")
                try await cluster.baseBackup(into: backup, ["-Ft", "-z", "-X", "stream"])
            }
            try await writeSumFile(in: backup)
            try await Self.changeASum(backup, place.path("sums/x"))

            let binary = try Binary()
            #expect(try await binary("verify", place.path("store")).status == 0)
            try Self.flip("\(backup)/base.tar.gz", at: 9)
            let header = try await binary("verify", place.path("store"), "--json")
            let errors = try #require(try header.verification().backups.first).errors
            #expect(errors.map(\.code) == ["CHECKSUM_MISMATCH"], "\(errors)")
            #expect(errors[0].message.contains("the damage is in bytes that no member covers"), "\(errors)")
            let text = try await binary("verify", place.path("store"))
            #expect((text.output + text.errors).contains("all that it holds is as the manifest says"))

            try Self.flip("\(backup)/base.tar.gz", at: 9)
            try Self.flip("\(backup)/base.tar.gz", at: 1_500_000)
            let inside = try await binary("verify", place.path("store"), "--json")
            let found = try #require(try inside.verification().backups.first).errors
            #expect(inside.status == 1 && found.count > 1)
            #expect(!found.contains { $0.message.contains("as the manifest says") }, "\(found)")
        }
    }

    /// The object is intact: its line of the sum file is not.
    private static func changeASum(_ backup: String, _ copy: String) async throws {
        let store = URL(filePath: copy).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: backup, toPath: copy)
        let path = "\(copy)/backup.sha256"
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.hasSuffix("base.tar.gz") })
        lines[index] = (lines[index].hasPrefix("0") ? "1" : "0") + lines[index].dropFirst()
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
        let run = try await Binary()("verify", store.path, "--json", "--no-history")
        let errors = try #require(try run.verification().backups.first).errors
        #expect(run.status == 1 && errors.map(\.code) == ["CHECKSUM_MISMATCH"], "\(errors)")
        #expect(errors[0].message.contains("the sum file is wrong, or bytes that no member covers"))
    }

    private static func flip(_ path: String, at offset: UInt64) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: offset)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data([byte ^ 0x10]))
    }
}
