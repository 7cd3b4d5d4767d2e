// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit

/// A store full of backups that pg_basebackup made of one cluster, in all its formats.
struct RealBackups {
    struct Recipe {
        var label: String
        var arguments: [String]
        var hasSums = true
    }

    /// The directory whose one folder is the store.
    let directory: TemporaryDirectory
    static let bucket = "backups"

    var store: String { directory.path(Self.bucket) }

    /// Makes the backups and shows them to `body`; the cluster has stopped by then.
    static func with(
        _ version: PostgresCluster.Version, _ body: @Sendable (RealBackups) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let backups = RealBackups(directory: directory)
            try await PostgresCluster.with(version) { cluster in
                try await cluster.psql(
                    "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n")
                for recipe in recipes(version) { try await backups.make(recipe, of: cluster) }
                let space = try cluster.makeDirectory("space")
                try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
                try await cluster.psql("CREATE TABLE u TABLESPACE elsewhere AS SELECT * FROM t")
                try await backups.make(
                    Recipe(label: "space", arguments: ["-Ft", "-z", "-X", "stream"]), of: cluster)
            }
            try await body(backups)
        }
    }

    /// Only Debian's PostgreSQL 15 compresses by zstd and lz4.
    private static func recipes(_ version: PostgresCluster.Version) -> [Recipe] {
        let tar = ["-Ft", "-X", "stream"]
        let everywhere = [
            Recipe(label: "gzip", arguments: tar + ["-z"]),
            Recipe(label: "tar", arguments: tar),
            Recipe(label: "fetch", arguments: ["-Ft", "-z", "-X", "fetch"]),
            Recipe(label: "none", arguments: ["-Ft", "-z", "-X", "none"]),
            Recipe(label: "plain", arguments: ["-Fp", "-X", "stream"]),
            Recipe(label: "plain-unsummed", arguments: ["-Fp", "-X", "stream"], hasSums: false),
            Recipe(
                label: "plain-sha512", arguments: ["-Fp", "-X", "stream", "--manifest-checksums=SHA512"],
                hasSums: false),
        ]
        guard version == .v15 else { return everywhere }
        return everywhere + [
            Recipe(label: "zstd", arguments: tar + ["--compress=zstd"]),
            Recipe(label: "lz4", arguments: tar + ["--compress=lz4"]),
        ]
    }

    private func make(_ recipe: Recipe, of cluster: PostgresCluster) async throws {
        let folder = "\(store)/\(recipe.label)"
        try await cluster.baseBackup(into: folder, recipe.arguments)
        if recipe.hasSums { try await writeSumFile(in: folder) }
    }

    /// The SHA-256 of each file of a backup, as `sha256sum` has it.
    func sums(of label: String) async throws -> [String: String] {
        let list = "find . -type f -exec sha256sum {} +"
        let output = try await Program("sh")(["-c", list], in: "\(store)/\(label)")
        let lines = output.split(separator: "\n").map { ($0.dropFirst(68), $0.prefix(64)) }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0), String($1)) })
    }

    /// Flips one bit in each of some bytes of a file and puts its times back.
    func rot(_ path: String, at offsets: [UInt64]) async throws {
        let times = directory.path("times")
        let file = "\(store)/\(path)"
        try await Program("touch")(["-r", file, times])
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        defer { try? handle.close() }
        for offset in offsets {
            try handle.seek(toOffset: offset)
            guard let byte = try handle.read(upToCount: 1)?.first else { throw CocoaError(.fileReadTooLarge) }
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data([byte ^ 0x10]))
        }
        try await Program("touch")(["-r", times, file])
    }
}
