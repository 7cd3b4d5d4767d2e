// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// A cluster with backups, a folder for trials, and a history of its own.
struct TrialWorld {
    let restore: RestoreWorld

    var cluster: PostgresCluster { restore.cluster }
    var directory: TemporaryDirectory { restore.directory }
    var scratch: String { directory.path("trials") }

    static func with(
        _ version: PostgresCluster.Version, settings: [String] = [], hasTablespace: Bool = true,
        _ body: @Sendable (TrialWorld) async throws -> Void
    ) async throws {
        try await RestoreWorld.with(version, settings: settings, hasTablespace: hasTablespace) { restore in
            let world = TrialWorld(restore: restore)
            try world.directory.makeDirectory("trials")
            try await body(world)
        }
    }

    var binary: Binary {
        var binary = restore.binary
        binary.environment["XDG_STATE_HOME"] = directory.path("state")
        return binary
    }

    /// What to type for a trial of the store.
    func words(_ words: [String], from location: String? = nil) -> [String] {
        let programs = words.contains("--pg-bin") ? [] : ["--pg-bin", cluster.binaries]
        return ["trial", location ?? restore.store, "--scratch", scratch] + programs + words
    }

    /// Runs `trial` of the store, with the cluster's own programs.
    func trial(_ words: String..., from location: String? = nil, by binary: Binary? = nil) async throws
        -> BinaryRun
    {
        try await (binary ?? self.binary).run(self.words(words, from: location))
    }

    /// The same with `--json`, and what it says.
    func told(_ words: String..., from location: String? = nil) async throws -> (TrialTold, BinaryRun) {
        let run = try await binary.run(self.words(words + ["--json"], from: location))
        return (try run.document(TrialTold.self), run)
    }

    /// Writes a file of checks, and says where.
    func checks(_ text: String) throws -> String {
        try directory.write(Array("checks:\n\(text)\n".utf8), to: "checks.yaml")
        return directory.path("checks.yaml")
    }

    /// What trials have left of files, and of processes that work in their folder.
    func leavings() async throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch)
        let processes = try await Program("sh")([
            "-c",
            "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -F -- \"$1\" | grep -v 'sh -c'; done; true",
            "sh", "\(scratch)/pg_backctl-trial-",
        ])
        return files + processes.split(separator: "\n").map(String.init)
    }
}

/// `trial --json`.
struct TrialTold: Decodable {
    struct Check: Decodable {
        var name, outcome, severity, message: String
        var database: String?
    }
    struct Phase: Decodable {
        var name: String
        var seconds: Double
    }
    struct Other: Decodable {
        var label: String
    }
    var exitStatus: Int32
    var trial: Int64?
    var label, goal: String
    var level, failure, kept, serverVersion: String?
    var secondsToAnswer: Double?
    var checks: [Check]
    var phases: [Phase]
    var nextBest: Other?

    /// Those that did not pass and are no mere notes.
    var failing: [String] {
        checks.filter { $0.outcome != "passed" && $0.severity == "error" }
            .map { "\($0.name): \($0.outcome)" }
    }
}
