// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Subprocess
import TestKit
import Testing

extension Situation {
    /// Words of `restore` for the usual store, into a directory beside it.
    fileprivate init(_ description: String, _ status: Int32, says: String, restore options: String...) {
        self.init(description, status, says: says) { ["restore", $0.path] + $0.target + options }
    }

    static let restores = [
        Situation("no place to restore from", 12, says: "LOCATION", typed: "restore", "--target", "/tmp/x"),
        Situation("no target", 12, says: "--target") { ["restore", $0.path, "--yes"] },
        Situation("nobody to ask", 12, says: "--yes") { ["restore", $0.path] + $0.target + ["--no-start"] },
        Situation("two places", 14, says: "exclude each other", restore: "-u", "s3://bucket"),
        Situation("an S3 URL that is none", 14, says: "no S3 URL", typed: "restore", "-u", "/tmp"),
        Situation("a local path that is none", 14, says: "no directory", typed: "restore", "-P", "s3://b"),
        Situation("an endpoint for a local path", 14, says: "-P and -e") {
            ["restore", "-P", $0.path, "-e", "https://s3.example.com"] + $0.target
        },
        Situation("a local backup that is not there", 13, says: "no local backup") {
            ["restore", "-P", "\($0.path)/none"] + $0.target
        },
        Situation("a local folder without a backup", 13, says: "no local backup") { store in
            store = try LocalStore(nil)
            return ["restore", "-P", store.path] + store.target
        },
        Situation("a local backup that lacks its base", 13, says: "base.tar") { store in
            store = try LocalStore(.tar(), withSums: false)
            try store.tree.remove(LocalStore.base)
            return ["restore", "-P", store.path] + store.target
        },
        Situation("a local backup that lacks an archive that its sum file names", 13, says: "pg_wal.tar.gz") {
            store in
            try store.tree.remove(ObjectName("\(LocalStore.label)/pg_wal.tar.gz"))
            return ["restore", "-P", store.path] + store.target
        },
        Situation("a local backup whose sum file names a base that is gone", 13, says: "base.tar.gz") {
            store in
            try store.tree.remove(LocalStore.base)
            return ["restore", "-P", store.path, "--backup", LocalStore.label] + store.target
        },
        Situation("an empty store", 9, says: "no backup found") { store in
            store = try LocalStore(nil)
            return ["restore", store.path] + store.target
        },
        Situation(
            "a label that is not there", 9, says: "20990101T000000", restore: "--backup", "20990101T000000"),
        Situation("nothing that says what its bytes should be", 7, says: "cannot be proven") { store in
            var backup = BackupSet.tar()
            backup.objects["backup_manifest"] = nil
            store = try LocalStore(backup, withSums: false)
            return ["restore", store.path, "--backup", LocalStore.label] + store.target
        },
        Situation("two goals", 14, says: "exclude each other", restore: "--to-name", "x", "--to-lsn", "0/1"),
        Situation("a time without its zone", 14, says: "zone", restore: "--to-time", "2026-11-02 03:00:00"),
        Situation("a password for everyone to see", 14, says: "password") {
            ["restore", $0.path] + $0.target + ["--standby", "--primary-conninfo", "host=a password=b"]
        },
        Situation("a primary without a standby", 14, says: "--standby", restore: "--primary-slot", "s"),
        Situation("a place inside another", 14, says: "inside the other") {
            let target = "\($0.path)-restored"
            return ["restore", $0.path, "--target", target, "--map", "16384=\(target)/in", "--no-start"]
        },
        Situation("a target without a parent", 4, says: "parent") {
            ["restore", $0.path, "--target", "\($0.path)/no/such/place", "--no-start"]
        },
        Situation("a target in a folder that everybody can write to", 4, says: "everybody can rename") {
            let open = "\($0.binary.home.path)/open"
            try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open)
            return ["restore", $0.path, "--target", "\(open)/db", "--no-start"]
        },
        Situation("a target that holds something", 4, says: "not empty") {
            ["restore", $0.path, "--target", $0.path, "--no-start"]
        },
        Situation(
            "a volume to override and a new one", 4, says: "exclude each other", restore: "-o", "-V", "new"),
        Situation("a volume to override for a standby", 4, says: "exclude each other", restore: "-o", "-S"),
        Situation("a volume of Docker", 14, says: "--target", restore: "-v", "db", "-n", "db"),
        Situation(
            "settings that are not there", 3, says: "confs/postgresql.auto.conf", restore: "--no-start", "-c"),
        Situation("scripts without a user", 11, says: "POST_INIT_SCRIPT_USER", restore: "-I", "/tmp"),
        Situation("scripts without a server", 14, says: "--post-init") { store in
            store.binary.environment["POST_INIT_SCRIPT_USER"] = "u"
            store.binary.environment["POST_INIT_SCRIPT_DATABASE"] = "d"
            try store.tree.write("scripts/1.sql", [])
            return ["restore", store.path] + store.target + ["--no-start", "-I", "\(store.path)/scripts"]
        },
        Situation(
            "a backup that turns out to be damaged", 1, says: "damaged", restore: "--no-start", "--yes"),
        Situation("no credentials", 11, says: "no credentials found") {
            ["restore", "-u", "s3://bucket/prefix", "-e", "http://127.0.0.1:1"] + $0.target
        },
        Situation("a server that is not there", 5, says: "127.0.0.1") { store in
            store.binary.environment["AWS_ACCESS_KEY_ID"] = "id"
            store.binary.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
            return ["restore", "s3://bucket", "-e", "http://127.0.0.1:\(try LoopbackPort.unused())"]
                + store.target
        },
        Situation("a backup that was tampered with", 6, says: "history accept") { store in
            try await store.verify()
            try store.tamper()
            try await store.verify()
            return ["restore", store.path] + store.target + ["--no-start", "--yes"]
        },
        Situation("a backup that is known to be damaged", 1, says: "--accept-damage") { store in
            try store.overwrite(LocalStore.base, at: 100)
            try await store.verify()
            return ["restore", store.path] + store.target + ["--no-start", "--yes"]
        },
        Situation("another restore to the same place", 8, says: "another restore") { store in
            let staging = "\(store.binary.home.path)/.restored.pg_backctl"
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
            // Held until the test run ends.
            let lock = open("\(staging)/lock", O_RDWR | O_CREAT, 0o600)
            try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
            return ["restore", store.path] + store.target + ["--no-start", "--yes"]
        },
    ]
}

extension LocalStore {
    /// The option for a target that is not there.
    fileprivate var target: [String] { ["--target", "\(binary.home.path)/restored"] }
}

@Suite("how a restore ends")
struct RestoreExitTests {
    @Test(arguments: Situation.restores)
    func `each outcome has its status and its words, and the target is not there`(
        situation: Situation
    ) async throws {
        var store = try LocalStore()
        let words = try await situation.prepare(&store)
        let before = try FileManager.default.contentsOfDirectory(atPath: store.path)
        let run = try await store.binary.run(words)
        #expect(run.status == situation.status, "\(run)")
        #expect((run.output + run.errors).contains(situation.says), "\(run)")
        #expect(!FileManager.default.fileExists(atPath: "\(store.binary.home.path)/restored"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.path) == before)
        let document = try await store.binary.run(words + ["--json"])
        #expect(document.status == situation.status, "\(document)")
        #expect(try document.document(ExitStatusTests.AnyDocument.self).exitStatus == situation.status)
    }

    @Test func `an interrupted one says so and leaves the target alone`() async throws {
        let store = try LocalStore.slow()
        // The plan looks at the first few megabytes at the same rate.
        let run = try await store.binary.run(
            ["restore", store.path, "--no-start", "--yes", "--limit-rate", "400k"] + store.target
        ) { running in
            let staging = "\(store.binary.home.path)/.restored.pg_backctl"
            try await running.send(.interrupt, once: { FileManager.default.fileExists(atPath: staging) })
        }
        #expect(run.status == 130, "\(run)")
        #expect(!FileManager.default.fileExists(atPath: "\(store.binary.home.path)/restored"))
    }
}
