// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit

/// A cluster with a table and a tablespace, a store for its backups, and a place to restore to.
struct RestoreWorld {
    let cluster: PostgresCluster
    let directory: TemporaryDirectory
    let binary: Binary
    /// The OID of the one tablespace.
    private(set) var tablespace = ""

    var store: String { directory.path("store") }
    var target: String { directory.path("restored") }
    /// Where the tablespace goes.
    var space: String { directory.path("space") }
    /// What is in the way between a target and its parent.
    var staging: String { directory.path(".restored.pg_backctl") }

    /// Makes a cluster, and shows it running to `body`; its segments of WAL have `segmentSize` MiB.
    static func with(
        _ version: PostgresCluster.Version, settings: [String] = [], hasTablespace: Bool = true,
        segmentSize: Int = 1,
        _ body: @Sendable (RestoreWorld) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try await PostgresCluster.with(
                version, initdb: ["--data-checksums", "--wal-segsize=\(segmentSize)"], settings: settings
            ) { cluster in
                var world = RestoreWorld(cluster: cluster, directory: directory, binary: try Binary())
                try directory.makeDirectory("store")
                try await cluster.psql(
                    "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 5000) n")
                if hasTablespace { try await world.makeTablespace() }
                try await body(world)
            }
        }
    }

    private mutating func makeTablespace() async throws {
        let space = try cluster.makeDirectory("space")
        try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
        try await cluster.psql("CREATE TABLE u TABLESPACE elsewhere AS SELECT * FROM t")
        tablespace = try await cluster.psql("SELECT oid FROM pg_tablespace WHERE spcname = 'elsewhere'")
    }

    /// Takes a backup into the store.
    func backUp(_ label: String, _ arguments: [String], hasSums: Bool = true) async throws {
        try await cluster.baseBackup(into: "\(store)/\(label)", arguments)
        if hasSums { try await writeSumFile(in: "\(store)/\(label)") }
    }

    /// Runs `restore` of the store, without a question, with the cluster's own programs.
    @discardableResult
    func restore(
        _ words: String..., from location: String? = nil, by binary: Binary? = nil
    ) async throws -> BinaryRun {
        try await restore(words, from: location, by: binary)
    }

    @discardableResult
    func restore(
        _ words: [String], from location: String? = nil, by binary: Binary? = nil
    ) async throws -> BinaryRun {
        try await (binary ?? self.binary).run(self.words(words, from: location))
    }

    /// Runs `restore` of a store that is named by an option, `-u` or `-P`.
    func restore(_ words: [String], by option: String, _ location: String, _ binary: Binary? = nil)
        async throws
        -> BinaryRun
    {
        let words = self.words(words, from: location)
        return try await (binary ?? self.binary).run([words[0], option] + words.dropFirst())
    }

    /// What to type for a restore.
    func words(_ words: String..., from location: String? = nil) -> [String] {
        self.words(words, from: location)
    }

    func words(_ words: [String], from location: String? = nil) -> [String] {
        let maps = tablespace.isEmpty || words.contains("--map") ? [] : ["--map", "\(tablespace)=\(space)"]
        return ["restore", location ?? store, "--target", target, "--pg-bin", cluster.binaries, "--yes"]
            + maps
            + words
    }

    /// Whether anything that a restore makes is there.
    var isUntouched: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.allSatisfy {
            !$0.hasPrefix("restored") && !$0.hasPrefix("space") && !$0.hasSuffix(".pg_backctl")
        }
    }

    func removeRestored() throws {
        for path in [target, space] where FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    // MARK: What is in it

    /// Everything that the running cluster holds, as SQL.
    func dump() async throws -> String { try await dump(cluster.connection) }

    /// Starts the restored directory, as its user would, and stops it again; with its own `archive_mode`, if `mayArchive`.
    func withRestored<T>(mayArchive: Bool = false, _ body: ([String]) async throws -> T) async throws -> T {
        let socket = try cluster.makeDirectory("restored-socket")
        let log = "\(socket)/log"
        try await cluster.program("pg_ctl")(
            [
                "start", "-D", target, "-l", log, "-w", "-s", "-t", "60", "-o",
                "-c unix_socket_directories=\(socket) \(mayArchive ? "" : "-c archive_mode=off") -c listen_addresses= -c fsync=off",
            ], in: socket)
        let outcome: Result<T, any Error>
        do { outcome = .success(try await body(["-h", socket, "-U", "postgres"])) } catch {
            outcome = .failure(error)
        }
        try await cluster.program("pg_ctl")(["stop", "-D", target, "-m", "fast", "-w", "-s"], in: socket)
        return try outcome.get()
    }

    /// Everything that the restored directory holds.
    func restoredDump() async throws -> String { try await withRestored { try await dump($0) } }

    func restoredRows(_ sql: String, mayArchive: Bool = false) async throws -> String {
        try await withRestored(mayArchive: mayArchive) { connection in
            let output = try await cluster.program("psql")(
                ["-X", "-q", "-A", "-t"] + connection + ["-d", "postgres", "-c", sql])
            return output.trimmingCharacters(in: .newlines)
        }
    }

    /// The rows of a server that still recovers when it is started, once they are these.
    func restoredRows(_ sql: String, until expected: String) async throws -> String {
        try await withRestored { connection in
            var rows = ""
            for _ in 0..<600 {
                let output = try? await cluster.program("psql")(
                    ["-X", "-q", "-A", "-t"] + connection + ["-d", "postgres", "-c", sql])
                rows = output?.trimmingCharacters(in: .newlines) ?? ""
                if rows == expected { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            return rows
        }
    }

    /// Without the words that guard a dump against itself, which are random, and where a tablespace lies.
    private func dump(_ connection: [String]) async throws -> String {
        let text = try await cluster.program("pg_dumpall")(connection)
        let lines = text.split(separator: "\n").filter {
            !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict") && !$0.hasPrefix("CREATE TABLESPACE")
        }
        return lines.joined(separator: "\n")
    }
}

/// `restore --json`.
struct RestoredDocument: Decodable {
    struct Recovery: Decodable {
        var end: String
        var timeline: Int
    }
    struct Phase: Decodable {
        var name: String
    }
    var exitStatus: Int32
    var isResumed: Bool
    var recovery: Recovery?
    var phases: [Phase]
    var scriptsRun: [String]
}
