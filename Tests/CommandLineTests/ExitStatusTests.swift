// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Subprocess
import TestKit
import Testing

/// A way to make the program end with a status: prepares a store and says what to type.
struct Situation: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var status: Int32
    /// What the message for people must hold.
    var says: String
    var prepare: @Sendable (inout LocalStore) async throws -> [String]

    init(
        _ description: String, _ status: Int32, says: String,
        _ prepare: @escaping @Sendable (inout LocalStore) async throws -> [String]
    ) {
        (testDescription, self.status, self.says, self.prepare) = (description, status, says, prepare)
    }

    /// Words to type, none of which depend on a store.
    init(_ description: String, _ status: Int32, says: String, typed words: String...) {
        self.init(description, status, says: says) { _ in words }
    }

    /// Options of `verify` for the usual store.
    init(_ description: String, _ status: Int32, says: String, options: String...) {
        self.init(description, status, says: says) {
            ["verify", $0.path, "--level", "checksummed"] + options
        }
    }
}

extension Situation {
    static let outcomes = [
        Situation("a sound backup", 0, says: "1 verified", options: "--jobs", "1"),
        Situation("a history that nobody can open, and nobody asked for", 0, says: "1 verified") { store in
            try FileManager.default.createDirectory(
                atPath: store.binary.history, withIntermediateDirectories: true)
            return ["verify", store.path, "--level", "checksummed", "--no-history"]
        },
        Situation("a damaged backup", 1, says: "never good") { store in
            try store.overwrite(LocalStore.base, at: 100)
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("an object that the sum file names is gone", 1, says: "1 damaged") { store in
            try store.tree.remove(LocalStore.base)
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation(
            "an archive of the older tool, whose contents nobody can inspect", 7,
            says: "contents cannot be inspected"
        ) {
            store in
            try store.tree.write("20240101T000000/data.tar.bz2", [1, 2, 3])
            return ["verify", store.path, "--backup", "20240101T000000", "--level", "inspected"]
        },
        Situation("a tampered backup", 6, says: "history accept") { store in
            try await store.verify()
            try store.tamper()
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("a backup without a sum file", 7, says: "1 incomplete") { store in
            var backup = BackupSet.tar()
            backup.objects["backup_manifest"] = nil
            store = try LocalStore(backup, withSums: false)
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("an empty directory", 9, says: "no backup found") { store in
            store = try LocalStore(nil)
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("an empty directory to list", 9, says: "no backup found") { store in
            store = try LocalStore(nil)
            return ["list", store.path]
        },
        Situation("a label that is not there", 9, says: "20990101T000000") {
            ["verify", $0.path, "--backup", "20990101T000000"]
        },
        Situation("a history with nothing in it", 9, says: "no backups in the history") { _ in
            ["history", "backups"]
        },
    ]

    static let unreadable = [
        Situation("a directory that is not there", 9, says: "no-such-place") {
            ["verify", "\($0.path)/no-such-place"]
        },
        Situation("a history that cannot be made", 5, says: "--no-history") {
            ["verify", $0.path, "--history", "\($0.path)/\(LocalStore.base)/history.sqlite"]
        },
        Situation("a symbolic link in the place of an object", 5, says: "symbolic link") { store in
            try store.tree.remove(LocalStore.base)
            try FileManager.default.createSymbolicLink(
                atPath: "\(store.path)/\(LocalStore.base)", withDestinationPath: "/etc/hostname")
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("an object that may not be read", 5, says: "ermission") { store in
            chmod(store.tree.cString(LocalStore.base), 0)
            if geteuid() == 0 {
                chown(store.binary.home.path, 65_534, 65_534)
                store.binary.wrapper = [
                    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--",
                ]
            }
            return ["verify", store.path, "--level", "checksummed"]
        },
        Situation("a server that is not there", 5, says: "127.0.0.1") { store in
            store.binary.environment["AWS_ACCESS_KEY_ID"] = "id"
            store.binary.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
            return ["verify", "s3://bucket/prefix", "-e", "http://127.0.0.1:\(try LoopbackPort.unused())"]
        },
        Situation("no credentials", 11, says: "no credentials found") { _ in
            ["verify", "s3://bucket/prefix", "-e", "http://127.0.0.1:1"]
        },
        Situation("half of a key pair", 11, says: "AWS_SECRET_ACCESS_KEY") { store in
            store.binary.environment["AWS_ACCESS_KEY_ID"] = "id"
            return ["verify", "s3://bucket/prefix"]
        },
    ]

    static let arguments = [
        Situation("no location", 12, says: "LOCATION", typed: "verify"),
        Situation("no location to list", 12, says: "LOCATION", typed: "list"),
        Situation("no label to accept", 12, says: "LABEL", typed: "history", "accept"),
        Situation("no reason to accept", 12, says: "--reason", typed: "history", "accept", "L"),
        Situation("an unknown option", 14, says: "--no-such-option", options: "--no-such-option"),
        Situation("an unknown command", 14, says: "exercise", typed: "exercise"),
        Situation(
            "a folder for a container", 14, says: "--scratch", typed: "trial", "/nowhere", "--runtime",
            "docker", "--scratch", "/tmp"),
        Situation(
            "a folder and an image", 14, says: "--scratch", typed: "trial", "/nowhere", "--image",
            "postgres:17", "--scratch", "/tmp"),
        Situation("one word too many", 14, says: "Unexpected", options: "more"),
        Situation("an option without its value", 14, says: "--backup", options: "--backup"),
        Situation("a level that is none", 14, says: "'deep' is no level", options: "--level", "deep"),
        Situation("a level not built yet", 14, says: "not available", options: "--level", "restored"),
        Situation("no jobs", 14, says: "--jobs 0", options: "--jobs", "0"),
        Situation("jobs that are no number", 14, says: "many", options: "--jobs", "many"),
        Situation("a rate of nothing", 14, says: "limit-rate", options: "--limit-rate", "0"),
        Situation(
            "two histories", 14, says: "exclude each other", options: "--no-history", "--history", "x"),
        Situation("quiet and verbose", 14, says: "exclude each other", options: "--quiet", "--verbose"),
        Situation("a store of no known kind", 14, says: "gs://", typed: "verify", "gs://bucket"),
        Situation("an endpoint for a directory", 14, says: "--endpoint") {
            ["verify", $0.path, "-e", "https://s3.example.com"]
        },
        Situation(
            "a key that is not to be used", 14, says: "--no-sign-request", typed: "verify", "s3://bucket",
            "--no-sign-request", "-a", "id", "-s", "secret"),
        Situation("a time that is none", 14, says: "no time") { store in
            try await store.verify()
            return ["history", "runs", "--since", "yesterday"]
        },
    ]
}

@Suite("how the program ends")
struct ExitStatusTests {
    struct AnyDocument: Decodable {
        var schema: String
        var exitStatus: Int32
    }

    @Test(arguments: Situation.outcomes + Situation.unreadable + Situation.arguments)
    func `each outcome has its status, its words and its document`(situation: Situation) async throws {
        var store = try LocalStore()
        let words = try await situation.prepare(&store)
        let document = try await store.binary.run(words + ["--json"])
        #expect(document.status == situation.status, "\(document)")
        let read = try document.document(AnyDocument.self)
        #expect(read.exitStatus == situation.status)
        #expect(read.schema.wholeMatch(of: /pg_backctl\.[a-z.]+\/1/) != nil)

        let run = try await store.binary.run(words)
        #expect(run.status == situation.status, "\(run)")
        #expect((run.output + run.errors).contains(situation.says), "\(run)")
        #expect(!(run.stdout + run.stderr).contains(0x1B), "no colours but on a terminal: \(run)")
    }

    @Test(arguments: [["--version"], ["--help"], ["verify", "--help"], ["help", "list"]])
    func `what was asked for by name is no failure`(words: [String]) async throws {
        let run = try await Binary().run(words)
        #expect(run.status == 0 && !run.stdout.isEmpty && run.stderr.isEmpty, "\(run)")
    }

    @Test func `a backup that a living process holds is busy`() async throws {
        let store = try LocalStore.slow()
        let first = try await store.binary.run(
            ["verify", store.path, "--level", "checksummed"] + LocalStore.slowly
        ) { first in
            try await store.binary.waitUntilBusy(first)
            let second = try await store.verify("--json")
            #expect(second.status == 8, "\(second)")
            let document = try second.verification()
            #expect(document.exitStatus == 8)
            #expect(document.backups[0].findings.map(\.code) == ["BACKUP_BUSY"])
            let text = try await store.verify()
            #expect(text.status == 8 && text.output.contains("process \(first.pid)"), "\(text)")
            try first.send(.interrupt)
        }
        #expect(first.status == 130, "\(first)")
        let after = try await store.verify()
        #expect(after.status == 0, "\(after)")
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a signal ends the run soon, with its own status`(signal: Int32, status: Int32) async throws {
        let store = try LocalStore.slow()
        let words = ["verify", store.path, "--level", "checksummed", "--json"] + LocalStore.slowly
        let run = try await store.binary.run(words) { running in
            try await store.binary.waitUntilBusy(running)
            try running.send(.init(rawValue: signal))
        }
        #expect(run.status == status, "\(run)")
        let document = try run.verification()
        #expect(document.exitStatus == status && document.isInterrupted && document.backups.isEmpty)
        #expect(run.errors.contains("Interrupted"))
        let recorded = try store.binary.query("SELECT exit_status FROM run ORDER BY id DESC LIMIT 1")
        #expect(recorded == ["\(status)"])
        #expect(try store.binary.query("SELECT * FROM lock").isEmpty)
    }
}
