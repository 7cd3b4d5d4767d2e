// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files
import Foundation
public import PrivatePostgres
public import TestKit
import Testing

/// A backup of a running cluster, as it lies in a data directory before its first start.
public struct RestoredDirectory: Sendable {
    public let cluster: PostgresCluster
    public let path: String
    public let scratch: String
    public let launcher: Launcher
    public let binaries: PostgresBinaries

    /// Takes a backup in plain format; `name` tells several of one cluster apart.
    public static func take(
        of cluster: PostgresCluster, _ name: String = "restored", arguments: [String] = ["-X", "stream"]
    ) async throws -> RestoredDirectory {
        let place = try cluster.makeDirectory("place-\(name)")
        try await cluster.baseBackup(into: "\(place)/data", ["-Fp"] + arguments)
        return try await onPlainThread { try RestoredDirectory(of: cluster, place) }
    }

    private init(of cluster: PostgresCluster, _ place: String) throws {
        self.cluster = cluster
        path = "\(place)/data"
        let folder = URL(filePath: place).lastPathComponent
        scratch = try cluster.makeDirectory("\(folder)/scratch")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: scratch)
        launcher = try Launcher(for: ServerOwner.find(nil), search: [])
        binaries = try PostgresBinaries.find(
            major: cluster.version.rawValue, named: cluster.binaries, search: [], launcher: launcher,
            needed: [.postgres, .psql])
    }

    /// Another one with the same files.
    public func copy(_ name: String) async throws -> RestoredDirectory {
        let place = try cluster.makeDirectory("place-\(name)")
        try await Program("cp")(["-a", path, "\(place)/data"])
        return try await onPlainThread { [cluster] in try RestoredDirectory(of: cluster, place) }
    }

    public func server(_ target: RecoveryGoal.Target, _ command: RestoreCommand? = nil) -> PrivateServer {
        var server = PrivateServer(
            dataDirectory: path, scratch: scratch, host: ThisMachine(binaries, launcher),
            goal: RecoveryGoal(target), restoreCommand: command)
        server.syncs = false
        return server
    }

    /// Recovers and gives the rows that a query has in the recovered server.
    public func recover(
        to target: RecoveryGoal.Target, _ command: RestoreCommand? = nil, query: String
    ) async throws -> (outcome: RecoveryOutcome, result: String) {
        try await onPlainThread {
            try server(target, command).recover(cancellation: Cancellation()) {
                (connection) throws(PrivatePostgresError) -> String in rows(of: query, connection)
            }
        }
    }

    /// What psql prints, an error included.
    public func rows(of query: String, _ connection: ServerConnection) -> String {
        let arguments = [
            "-X", "-A", "-t", "-h", connection.socketDirectory, "-U", "postgres", "-d", "postgres", "-c",
            query,
        ]
        return Programs.output(launcher.words(binaries.path(.psql), arguments)).text
            .trimmingCharacters(in: .newlines)
    }

    public func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    public func append(_ text: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    public func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    /// Nothing of ours may be left anywhere.
    public func expectNothingLeft() throws {
        #expect(ServerPresence.of(path) == .none)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == [])
        for name in ["postmaster.opts", "recovery.signal", KeptSettings.kept] {
            #expect(!holds(name), "\(name)")
        }
    }

    /// No process is in the directory, the commands that the server had started included.
    public func expectNoServer() throws {
        let identity = try #require(FileIdentity(following: path))
        #expect(try ProcessStatus.all().filter { $0.directory == identity } == [])
        #expect(holds("postgresql.auto.conf"))
    }
}
