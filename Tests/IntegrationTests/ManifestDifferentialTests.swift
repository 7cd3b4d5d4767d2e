// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Digests
import Foundation
import TestKit
import Testing

/// Mutated manifests against PostgreSQL's own parser: what it cannot parse, we must not accept.
@Suite("manifests that were tampered with", .serialized)
struct ManifestDifferentialTests {
    private static let count = 500

    private struct Noise {
        var state: UInt64 = 20_261_124

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(20)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `are refused whenever pg_verifybackup cannot parse them`(version: PostgresCluster.Version)
        async throws
    {
        try await PostgresCluster.with(version) { cluster in
            let folder = try cluster.makeDirectory("backup")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/pg_wal", withIntermediateDirectories: true)
            try Data("\(version.rawValue)\n".utf8).write(to: URL(filePath: "\(folder)/PG_VERSION"))
            var noise = Noise()
            var (accepted, refusedByBoth, stricter) = (0, 0, 0)
            for number in 0..<Self.count {
                let manifest = Self.mutated(Self.sound(version), &noise)
                try Data(manifest).write(to: URL(filePath: "\(folder)/backup_manifest"))
                let complaint = await Self.complaint(cluster, folder)
                let isOurs = (try? BackupManifest.parse(manifest)) != nil
                if isOurs { accepted += 1 }
                if complaint != nil { isOurs ? () : (refusedByBoth += 1) } else if !isOurs { stricter += 1 }
                let text = String(decoding: manifest, as: UTF8.self)
                #expect(!isOurs || complaint == nil, "manifest \(number): \(complaint ?? "")\n\(text)")
            }
            print(
                "manifests for \(version.rawValue): \(accepted) accepted, \(refusedByBoth) refused by both, \(stricter) by us alone"
            )
            #expect(accepted > 10 && refusedByBoth > 50)
        }
    }

    /// Why pg_verifybackup cannot read the manifest; nil when it can, whatever it then says of the files.
    private static func complaint(_ cluster: PostgresCluster, _ folder: String) async -> String? {
        do {
            try await cluster.verifyBackup(["-n", "-e", "-s", folder], isOurs: true)
            return nil
        } catch let error as ProgramFailed {
            let words = [
                "could not parse backup manifest", "manifest checksum", "manifest has no checksum",
                "manifest ended", "duplicate path",
            ]
            return words.contains { error.output.contains($0) } ? error.output : nil
        } catch { return "\(error)" }
    }

    /// From PostgreSQL 17 on the manifest says whose it is.
    private static func sound(_ version: PostgresCluster.Version) -> [String] {
        guard version == .v18 else { return sound }
        let head = "{ \"PostgreSQL-Backup-Manifest-Version\": 2,\n"
        return [head, "\"System-Identifier\": 7000000000000000001,\n"] + sound.dropFirst()
    }

    private static let sound = [
        "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n", "\"Files\": [\n",
        "{ \"Path\": \"PG_VERSION\", \"Size\": 3, \"Last-Modified\": \"2026-11-24 15:43:30 GMT\", ",
        "\"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"64440205\" },\n",
        "{ \"Encoded-Path\": \"62617365\", \"Size\": 0, \"Last-Modified\": \"2026-11-24 15:43:30 GMT\" }\n",
        "],\n",
        "\"WAL-Ranges\": [\n",
        "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000100\" }\n", "],\n",
    ]

    /// One to three changes, mostly under a checksum that is right.
    private static func mutated(_ sound: [String], _ noise: inout Noise) -> [UInt8] {
        var lines = sound
        var bytes: [UInt8] = []
        for _ in 0...noise.next(2) {
            let index = noise.next(lines.count)
            switch noise.next(6) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(lines[index], at: noise.next(lines.count))
            case 2: lines.swapAt(index, noise.next(lines.count))
            case 3:
                let names = [
                    "Path", "Size", "Checksum", "Timeline", "Start-LSN", "3", "1", "CRC32C", "6261",
                    "0/2000028", "7000000000000000001",
                ]
                let values = [
                    "", "-1", "x", "4294967297", "0/", "NONE", "zz", "null", "[]", "{}",
                    "18446744073709551621",
                ]
                lines[index] = lines[index].replacing(
                    names[noise.next(names.count)], with: values[noise.next(values.count)])
            case 4:
                lines[index] = lines[index].replacing(
                    ", ", with: [" ", ",, ", ": "][noise.next(3)], maxReplacements: 1)
            default:
                var text = Array(lines[index].utf8)
                text[noise.next(text.count)] =
                    [0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x00, 0xFF, 0x31][noise.next(8)]
                lines[index] = String(decoding: text, as: UTF8.self)
            }
            if lines.isEmpty { lines = sound }
        }
        bytes = Array(lines.joined().utf8)
        let digest = SHA256.digest(of: noise.next(10) == 0 ? [] : bytes).hex
        return bytes + Array("\"Manifest-Checksum\": \"\(digest)\"}\n".utf8)
    }
}
