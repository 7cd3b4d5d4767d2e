// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite struct `A sweep shared on the command line` {
    private let store: LocalStore
    private let home: String

    init() throws {
        store = try LocalStore()
        home = store.binary.home.path
        try configure(secret: "shards: { secret: file:\(home)/secret }")
        try "0123456789abcdef\n".write(toFile: "\(home)/secret", atomically: true, encoding: .utf8)
    }

    private func configure(secret: String) throws {
        let text = """
            history: \(home)/h.sqlite
            stores:
              shop: { location: \(store.path), posture: off, prove: { all: { checksummed: 365d } } }
            \(secret)
            """
        try text.write(toFile: "\(home)/c.yaml", atomically: true, encoding: .utf8)
    }

    private func run(_ words: String..., environment: [String: String] = [:]) async throws -> BinaryRun {
        var binary = store.binary
        binary.environment.merge(environment) { $1 }
        return try await binary.run(words + ["--config", "\(home)/c.yaml"])
    }

    @Test func `is planned, done in parts and merged`() async throws {
        let made = try await run("sweep", "--make-plan", "\(home)/plan")
        #expect(made.status == 0 && made.output.contains("to do"), "\(made)")
        // What an engine says is enough; here of two tasks, numbered from 5.
        for task in [5, 6] {
            let variables = [
                "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "2",
            ]
            let shard = try await run(
                "sweep", "--plan", "\(home)/plan", "--results", "\(home)/r", environment: variables)
            #expect(shard.status == 0 && shard.output.contains("shard \(task - 5) of 2"), "\(shard)")
        }
        let merged = try await run("history", "merge", "--plan", "\(home)/plan", "\(home)/r")
        #expect(merged.status == 0 && merged.output.contains("bundles: 2 new"), "\(merged)")
        let again = try await run("history", "merge", "--plan", "\(home)/plan", "\(home)/r", "--json")
        let document = try again.document(Merged.self)
        #expect(again.status == 0 && document.known == 2 && document.new == 0 && document.missing == [])
        #expect(try await run("status").status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(home)/r")
        #expect(files.count == 2 && files.allSatisfy { $0.hasSuffix(".bundle") })
    }

    private struct Merged: Decodable {
        var new, known: Int
        var missing: [String]
    }

    @Test func `is refused when plan, secret or words are wrong`() async throws {
        #expect(try await run("sweep", "--make-plan", "\(home)/plan").status == 0)
        let plan = ["sweep", "--plan", "\(home)/plan"]
        let rest = ["--results", "\(home)/r", "--config", "\(home)/c.yaml"]
        let wrong: [([String], Int32)] = [
            (plan + ["--config", "\(home)/c.yaml"], 12), (plan + rest, 12),
            (plan + rest + ["--shard", "3/3"], 14), (plan + rest + ["--shard", "one"], 14),
            (plan + rest + ["--shard", "0/3", "--shards", "3"], 14),
            (plan + rest + ["--shard", "0/3", "--store", "shop"], 14),
            (["sweep", "--make-plan", "s3:///plan", "--config", "\(home)/c.yaml"], 14),
            (["sweep", "--shard", "0/3", "--config", "\(home)/c.yaml"], 14),
            (["history", "merge", "\(home)/r", "--config", "\(home)/c.yaml"], 12),
        ]
        for (words, status) in wrong {
            let run = try await store.binary.run(words)
            #expect(run.status == status, "\(words): \(run)")
        }
        try configure(secret: "")
        #expect(
            try await run("sweep", "--plan", "\(home)/plan", "--shard", "0/1", "--results", "\(home)/r")
                .status == 11)
        try configure(secret: "shards: { secret: file:\(home)/other }")
        try "another secret, as long".write(toFile: "\(home)/other", atomically: true, encoding: .utf8)
        let forged = try await run(
            "sweep", "--plan", "\(home)/plan", "--shard", "0/1", "--results", "\(home)/r")
        #expect(forged.status == 6 && forged.errors.contains("not signed with the secret"), "\(forged)")
        #expect(!FileManager.default.fileExists(atPath: "\(home)/r"))
    }
}
