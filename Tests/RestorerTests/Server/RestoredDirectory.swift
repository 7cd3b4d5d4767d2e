// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import Restorer

/// A backup of a running cluster, as it lies in a data directory before its first start.
struct RestoredDirectory: Sendable {
    let cluster: PostgresCluster
    let path: String
    let scratch: String
    let launcher: Launcher
    let binaries: PostgresBinaries

    /// Takes a backup in plain format; `name` tells several of one cluster apart.
    static func take(
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
    func copy(_ name: String) async throws -> RestoredDirectory {
        let place = try cluster.makeDirectory("place-\(name)")
        try await Program("cp")(["-a", path, "\(place)/data"])
        return try await onPlainThread { [cluster] in try RestoredDirectory(of: cluster, place) }
    }

    func server(_ target: RecoveryGoal.Target, _ command: RestoreCommand? = nil) -> PrivateServer {
        var server = PrivateServer(
            dataDirectory: path, scratch: scratch, binaries: binaries, launcher: launcher,
            goal: RecoveryGoal(target), restoreCommand: command)
        server.syncs = false
        return server
    }

    /// Recovers and gives the rows that a query has in the recovered server.
    func recover(
        to target: RecoveryGoal.Target, _ command: RestoreCommand? = nil, query: String
    ) async throws -> (outcome: RecoveryOutcome, result: String) {
        try await onPlainThread {
            try server(target, command).recover(cancellation: Cancellation()) {
                (connection) throws(RestoreError) -> String in rows(of: query, connection)
            }
        }
    }

    /// What psql prints, an error included.
    func rows(of query: String, _ connection: ServerConnection) -> String {
        let arguments = [
            "-X", "-A", "-t", "-h", connection.socketDirectory, "-U", "postgres", "-d", "postgres", "-c",
            query,
        ]
        return Programs.output(launcher.words(binaries.path(.psql), arguments)).text
            .trimmingCharacters(in: .newlines)
    }

    func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    func append(_ text: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    /// Nothing of ours may be left anywhere.
    func expectNothingLeft() throws {
        #expect(ServerPresence.of(path) == .none)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch) == [])
        for name in ["postmaster.opts", "recovery.signal", KeptSettings.kept] {
            #expect(!holds(name), "\(name)")
        }
    }
}

/// An archive of WAL in a directory, and the command that reads it.
struct WALDirectory {
    let path: String
    let command: RestoreCommand

    /// The settings of a cluster that fills the archive at `path`.
    static func settings(_ path: String) -> [String] {
        ["archive_mode = on", "archive_command = 'cp %p \(path)/%f'"]
    }

    /// With a program whose name needs quoting, in a directory that the server may enter.
    init(_ path: String, for cluster: PostgresCluster) throws {
        self.path = path
        let program = "\(try cluster.makeDirectory("pro 100%f's"))/fetch"
        try Data("#!/bin/sh\nexec cp \"$1/$2\" \"$3\"\n".utf8).write(to: URL(filePath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        command = RestoreCommand(program: program, arguments: [path], needsNetwork: false)
    }
}

/// Runs what waits for child processes where it may: not on a thread that tasks share.
func onPlainThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// The error that waiting for child processes ends with.
func failure(_ body: @escaping @Sendable () throws(RestoreError) -> Void) async throws -> RestoreError? {
    try await onPlainThread {
        do throws(RestoreError) {
            try body()
            return nil
        } catch { return error }
    }
}
