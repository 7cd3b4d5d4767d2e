// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A base backup of a cluster, and the archive of its WAL: of the time after the backup and of the timeline
/// that began when the cluster was promoted.
public struct ArchivedCluster: Sendable {
    public let cluster: PostgresCluster
    /// Where the user of PostgreSQL may write.
    public let place: Place
    private let backup: String

    /// A directory that belongs to the cluster.
    public struct Place: Sendable {
        public let root: String

        public func path(_ name: String) -> String { "\(root)/\(name)" }
    }

    /// Flat and plain, as archive_command left it.
    public var archive: String { place.path("archive") }

    /// What recovery runs with: nothing of the one who runs the tests.
    public var environment: [String: String] { ["HOME": place.root, "PATH": "/usr/bin:/bin"] }

    /// In it are `before`, the restore point `here`, `after`, and on timeline 2 `on two`.
    public static func with(
        _ version: PostgresCluster.Version, segmentSize: Int,
        _ body: @Sendable (ArchivedCluster) async throws -> Void
    ) async throws {
        try await PostgresCluster.with(
            version, initdb: ["--data-checksums", "--wal-segsize=\(segmentSize)"],
            settings: ["archive_mode = on", "archive_command = 'cp %p ../work/archive/%f'"]
        ) { cluster in
            let place = Place(root: try cluster.makeDirectory("work"))
            _ = try cluster.makeDirectory("work/archive")
            let world = ArchivedCluster(
                cluster: cluster, place: place, backup: place.path("backup"))
            try await world.cluster.baseBackup(into: world.backup, ["-Fp", "-X", "none"])
            try await world.live()
            try await body(world)
        }
    }

    private func live() async throws {
        try await cluster.psql("CREATE TABLE t (what text)")
        try await cluster.psql("INSERT INTO t VALUES ('before')")
        try await cluster.psql("SELECT pg_create_restore_point('here')")
        try await cluster.psql("INSERT INTO t VALUES ('after'); SELECT pg_switch_wal()")
        // Longer than a segment of a megabyte: a record that begins before a segment and ends behind it.
        try await cluster.psql("SELECT pg_logical_emit_message(false, 'x', repeat('long', 800000))")
        try await cluster.psql("CREATE TABLE u AS SELECT n, md5(n::text) FROM generate_series(1, 30000) n")
        // It stops, starts as a standby of nobody, and is promoted: its WAL goes on as timeline 2.
        try await cluster.promote()
        try await cluster.psql("INSERT INTO t VALUES ('on two'); SELECT pg_switch_wal()")
        try await cluster.psql("INSERT INTO u SELECT * FROM u; SELECT pg_switch_wal()")
        try await cluster.stop()
    }

    /// Compresses the archive by one tool after another, and copies it, a folder for every 4 GiB, to
    /// `s3/wal/grouped`.
    public func compress() async throws {
        let script = """
            set -eu
            i=0
            for f in 0*; do
              case $f in *.partial) continue;; esac
              i=$((i + 1))
              case $((i % 5)) in
                0) gzip "$f";; 1) zstd -q --rm "$f";; 2) lz4 -q -m --rm "$f";; 3) bzip2 "$f";;
              esac
            done
            for f in *; do
              case $f in *.history*) d=../s3/wal/grouped;; *) d=../s3/wal/grouped/$(echo "$f" | cut -c1-16);; esac
              mkdir -p "$d"
              cp "$f" "$d/"
            done
            """
        try await Program("sh")(["-c", script], in: archive)
    }

    /// Recovers a copy of the backup with a restore_command, and returns what the table holds.
    public func recover(
        with command: String, environment: [String: String]? = nil, settings: [String]
    ) async throws -> String {
        let data = try await prepare(command, settings: settings)
        let log = place.path("recovery.log")
        do {
            try await start(data, log, environment ?? self.environment)
        } catch {
            throw RecoveryFailed(description: "\(error)\n\(Self.text(log))")
        }
        defer { try? FileManager.default.removeItem(atPath: data) }
        let rows = try await psql("SELECT string_agg(what, ',' ORDER BY ctid) FROM t")
        try await pgctl(["stop", "-D", data, "-m", "immediate", "-w", "-s"], self.environment)
        return rows
    }

    /// The log of a recovery that must fail.
    public func failedRecovery(with command: String) async throws -> String {
        let data = try await prepare(command, settings: [])
        let log = place.path("recovery.log")
        guard (try? await start(data, log, environment)) == nil else {
            try await pgctl(["stop", "-D", data, "-m", "immediate", "-w", "-s"], environment)
            throw RecoveryFailed(description: "it succeeded\n\(Self.text(log))")
        }
        return Self.text(log)
    }

    public struct RecoveryFailed: Error, CustomStringConvertible {
        public var description: String
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// The program, where the user of PostgreSQL can run it.
    public var binary: String { place.path("pg_backctl") }

    /// The restore_command that runs `wal-get` with these words.
    public func walGet(_ words: String...) -> String {
        ([binary, "wal-get"] + words).joined(separator: " ") + " %f %p"
    }

    private func prepare(_ command: String, settings: [String]) async throws -> String {
        let data = place.path("recovered")
        try? FileManager.default.removeItem(atPath: data)
        try await Program("cp")(["-a", backup, data])
        try await Program("rm")(["-f", place.path("recovery.log")])
        try await Program("cp")([Binary.path, binary])
        let lines =
            [
                "restore_command = '\(command.replacing("'", with: "''"))'", "archive_mode = off",
                "unix_socket_directories = '\(place.root)'", "recovery_target_action = 'promote'",
            ] + settings
        let file = try FileHandle(forWritingTo: URL(filePath: "\(data)/postgresql.auto.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(("\n" + lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
        try Data().write(to: URL(filePath: "\(data)/recovery.signal"))
        let owner = try FileManager.default.attributesOfItem(atPath: cluster.dataDirectory)
        let names = "\(owner[.ownerAccountID] ?? 0):\(owner[.groupOwnerAccountID] ?? 0)"
        try await Program("chown")(["-R", names, data])
        return data
    }

    private func start(_ data: String, _ log: String, _ environment: [String: String]) async throws {
        try await pgctl(["start", "-D", data, "-l", log, "-w", "-s", "-t", "60"], environment)
        for _ in 0..<6000 {
            if try await psql("SELECT pg_is_in_recovery()") == "f" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func pgctl(_ arguments: [String], _ environment: [String: String]) async throws {
        let words = environment.map { "\($0.key)=\($0.value)" }
        let ctl = "\(cluster.binaries)/pg_ctl"
        try await cluster.programAtPath("/usr/bin/env")(["-i"] + words + [ctl] + arguments, in: place.root)
    }

    private func psql(_ sql: String) async throws -> String {
        let output = try await cluster.program("psql")(
            ["-X", "-q", "-A", "-t", "-h", place.root, "-U", "postgres", "-d", "postgres", "-c", sql])
        return output.trimmingCharacters(in: .newlines)
    }
}
