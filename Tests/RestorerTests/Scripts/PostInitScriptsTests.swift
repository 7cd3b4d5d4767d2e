// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import PrivatePostgres
import RestoreKit
import TestKit
import Testing

@testable import Restorer

@Suite("scripts on a recovered server", .serialized)
struct PostInitScriptsTests {
    @Test(Requires.postgres(.v16))
    func `run in the order of their names, and the first that fails is the last`() async throws {
        try await PostgresCluster.with(.v16, initdb: ["--wal-segsize=1"]) { cluster in
            try await cluster.psql("CREATE DATABASE other")
            try await cluster.psql("CREATE ROLE scripts SUPERUSER LOGIN PASSWORD 'it:s\\secret'")
            let backup = try await RestoredDirectory.take(of: cluster, "original")
            try await TemporaryDirectory.with { place in
                let folder = try place.makeDirectory("scripts")
                // The owner of the server may not look into the folder.
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
                try place.write(
                    Array("CREATE TABLE one (n int);\nALTER SYSTEM SET work_mem = '9MB';\n".utf8),
                    to: "scripts/B.sql")
                try place.write(
                    Array("INSERT INTO one VALUES (1);\n\\c other\nCREATE TABLE two (n int);\n".utf8),
                    to: "scripts/a 'b'.sql")
                try place.write(Array("not SQL".utf8), to: "scripts/readme.txt")
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/folder.sql", withIntermediateDirectories: false)
                // As configuration is mounted in a container.
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/link.sql", withDestinationPath: "empty.sql")
                try place.write([], to: "scripts/empty.sql")
                try await Self.expectSuccess(backup, folder)

                try place.write(
                    Array("SELECT 1;\n\nSELECT nothing FROM nowhere;\n".utf8), to: "scripts/c.sql")
                try place.write(Array("CREATE TABLE four (n int);\n".utf8), to: "scripts/d.sql")
                let error = try await Self.failing(backup, folder, password: "it:s\\secret", "failing")
                #expect(
                    error.message.hasPrefix("script '\(folder)/c.sql' failed: line 3: ERROR:"), "\(error)")
                #expect(error.message.contains("nowhere") && error.exitStatus == .restoreFailed)

                let denied = try await Self.failing(backup, folder, password: "wrong", "denied")
                #expect(denied.message.contains("password authentication failed"), "\(denied)")
                #expect(!denied.message.contains("wrong"))
            }
        }
    }

    private static func scripts(_ folder: String, _ password: String) throws -> PostInitScripts {
        PostInitScripts(
            folder: try ScriptFolder(folder), user: "scripts", database: "postgres",
            password: Secret(password))
    }

    private static func expectSuccess(_ backup: RestoredDirectory, _ folder: String) async throws {
        let restored = try await backup.copy("good")
        let scripts = try scripts(folder, "it:s\\secret")
        #expect(scripts.folder.names == ["B.sql", "a 'b'.sql", "empty.sql", "link.sql"])
        let started = try await onPlainThread {
            var server = restored.server(.endOfBackup)
            server.needsPassword = true
            var started: [String] = []
            _ = try server.recover(
                cancellation: Cancellation(), failingAs: { RestoreError($0) }, onProgress: { _ in }
            ) { connection throws(RestoreError) in
                try scripts.run(on: connection, cancellation: Cancellation()) { started.append($0) }
            }
            return started
        }
        #expect(started == scripts.folder.names)
        try restored.expectNothingLeft()
        #expect(
            try String(decoding: restored.bytes(of: "postgresql.auto.conf"), as: UTF8.self).hasSuffix(
                "work_mem = '9MB'\n"))
        let found = try await restored.recover(to: .endOfBackup, query: "SELECT count(*) FROM one")
        #expect(found.result == "1")
    }

    private static func failing(
        _ backup: RestoredDirectory, _ folder: String, password: String, _ name: String
    ) async throws -> RestoreError {
        let restored = try await backup.copy(name)
        let scripts = try scripts(folder, password)
        let failed = try await failure { () throws(RestoreError) in
            var server = restored.server(.endOfBackup)
            server.needsPassword = true
            _ = try server.recover(
                cancellation: Cancellation(), failingAs: { RestoreError($0) }, onProgress: { _ in }
            ) { connection throws(RestoreError) in
                try scripts.run(on: connection, cancellation: Cancellation())
            }
        }
        try restored.expectNoServer()
        #expect(try FileManager.default.contentsOfDirectory(atPath: restored.scratch) == [])
        return try #require(failed)
    }
}
