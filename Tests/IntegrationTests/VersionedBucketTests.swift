// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

@Suite("a bucket that keeps versions", .serialized)
struct VersionedBucketTests {
    private static let label = "20251027T143000"

    private struct World {
        var binary: Binary
        let moto: MotoServer
        let source: OwnedDirectory

        func verify(_ words: String...) async throws -> BinaryRun {
            try await binary.run(
                ["verify", "s3://kept/prod", "-e", moto.endpoint, "--level", "checksummed"] + words)
        }

        /// Writes an object anew, with the bytes of a file.
        func put(_ name: String, _ bytes: [UInt8]) async throws {
            let path = "\(source.path)/changed"
            try Data(bytes).write(to: URL(filePath: path))
            try await moto.put(path, bucket: "kept", key: "prod/\(name)")
        }

        func delete(_ name: String) async throws {
            try await moto.python(
                "s3.delete_object(Bucket='kept', Key=arguments[0])", ["prod/\(name)"])
        }
    }

    private static func with(_ body: @Sendable (World, BackupSet) async throws -> Void) async throws {
        try await MotoServer.with { moto in
            try await moto.makeBucket("kept", versioned: true)
            let (backup, source) = (BackupSet.tar(), try OwnedDirectory())
            var objects = backup.objects
            objects["backup.sha256"] = backup.sumFile
            for (name, bytes) in objects {
                let path = "\(source.path)/object"
                try Data(bytes).write(to: URL(filePath: path))
                try await moto.put(path, bucket: "kept", key: "prod/\(backup.folder)\(name)")
            }
            var binary = try Binary()
            binary.environment["AWS_ACCESS_KEY_ID"] = moto.accessKeyID
            binary.environment["AWS_SECRET_ACCESS_KEY"] = moto.secretAccessKey
            try await body(World(binary: binary, moto: moto, source: source), backup)
        }
    }

    /// Times of versions are told to the second.
    private static func now() async throws -> String {
        try await Task.sleep(for: .seconds(1.2))
        let now = Date.now.ISO8601Format()
        try await Task.sleep(for: .seconds(1.2))
        return now
    }

    @Test(Requires.moto, .timeLimit(.minutes(5)))
    func `is seen as it was before something was overwritten or deleted`() async throws {
        try await Self.with { world, backup in
            #expect(try await world.verify().status == 0)
            let sound = try await Self.now()
            var changed = try #require(backup.objects["base.tar.gz"])
            changed[7] ^= 1
            try await world.put("\(backup.folder)base.tar.gz", changed)
            try await world.delete("\(backup.folder)pg_wal.tar.gz")

            let damaged = try await world.verify("--json")
            #expect(damaged.status == 1, "\(damaged)")
            #expect(damaged.errors.contains("older version of '\(Self.label)/base.tar.gz'"), "\(damaged)")
            #expect(damaged.errors.contains("older version of '\(Self.label)/pg_wal.tar.gz'"), "\(damaged)")
            let hinted = try #require(damaged.errors.firstMatch(of: /--as-of (\S+)/)).output.1
            for time in [sound, String(hinted)] {
                let past = try await world.verify("--as-of", time)
                #expect(past.status == 0 && past.output.contains("1 verified"), "\(past)")
            }
            // Deleted it stays for whoever looks at a time after that.
            #expect(try await world.verify("--as-of", Self.now()).status == 1)
            // What was seen of the past changes nothing of what is there now.
            let backups = try await world.binary("history", "backups")
            #expect(backups.output.contains("damaged") && !backups.output.contains("verified"), "\(backups)")
            #expect(try await world.verify().status == 1)
        }
    }

    @Test(Requires.moto, .timeLimit(.minutes(5)))
    func `is held against what was pinned of the version of then`() async throws {
        try await Self.with { world, backup in
            #expect(try await world.verify().status == 0)
            let first = try await Self.now()
            // Everything changes together, and somebody accepts it.
            var next = BackupSet.tar(base: 50_000)
            next.objects["backup.sha256"] = next.sumFile
            for (name, bytes) in next.objects { try await world.put("\(backup.folder)\(name)", bytes) }
            #expect(try await world.verify().status == 6)
            let accepted = try await world.binary(
                "history", "accept", Self.label, "--reason", "taken again")
            #expect(accepted.status == 0, "\(accepted)")
            #expect(try await world.verify().status == 0)
            let past = try await world.verify("--as-of", first, "--json")
            #expect(past.status == 0, "\(past)")
            #expect(try past.verification().backup(Self.label)?.verdict == "verified")
            #expect(try await world.verify().status == 0)
        }
    }

    @Test(Requires.moto, .timeLimit(.minutes(5)))
    func `has nothing before anything was written, and no future`() async throws {
        try await Self.with { world, _ in
            #expect(try await world.verify("--as-of", "2020-01-01T00:00:00Z").status == 9)
            #expect(try await world.verify("--as-of", "2199-01-01T00:00:00Z").status == 14)
            #expect(try await world.verify("--as-of", "yesterday").status == 14)
            let directory = try await world.binary.run(
                ["verify", world.source.path, "--as-of", "2020-01-01T00:00:00Z"])
            #expect(directory.status == 14 && directory.errors.contains("keep versions"), "\(directory)")
        }
    }
}
