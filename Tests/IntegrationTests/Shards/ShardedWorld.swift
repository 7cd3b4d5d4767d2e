// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// Two histories of the same stores: one that one machine sweeps, and one that several share.
struct ShardedWorld {
    let binary: Binary
    private let config: [String]
    /// Where the machines meet: a directory, or a folder of a bucket.
    private let meeting: String

    /// `stores` are lines of the configuration; `reach` says in flow style how the bucket `meeting` is reached.
    init(stores: String, meeting: String? = nil, reach: String = "") throws {
        binary = try Binary()
        self.meeting = meeting ?? binary.home.path
        config = ["--config", "\(binary.home.path)/c.yaml"]
        let text = """
            stores:
            \(stores)
            shards: { secret: file:\(binary.home.path)/secret\(reach) }
            """
        try text.write(toFile: "\(binary.home.path)/c.yaml", atomically: true, encoding: .utf8)
        let secret = "\(binary.home.path)/secret"
        try "0123456789abcdef0123456789abcdef\n".write(toFile: secret, atomically: true, encoding: .utf8)
    }

    private func met(_ name: String) -> String { "\(meeting)/\(name)" }

    func path(_ name: String) -> String { "\(binary.home.path)/\(name)" }

    func run(_ words: String...) async throws -> BinaryRun { try await binary.run(words + config) }

    /// One machine does all.
    func sweepAlone() async throws -> BinaryRun {
        try await run("sweep", "--history", path("alone.sqlite"))
    }

    /// A plan is made, each shard does its part, and what they have proven is merged.
    func sweepTogether(_ round: String, _ shards: Int) async throws -> (shards: [ShardRun], merge: BinaryRun)
    {
        let made = try await makePlan(round)
        try #require(made.status == 0, "\(made)")
        var runs: [ShardRun] = []
        for index in 0..<shards { runs.append(try await shard(index, of: shards, round)) }
        return (runs, try await merge(round))
    }

    func makePlan(_ round: String) async throws -> BinaryRun {
        try await run("sweep", "--make-plan", met("\(round).plan"), "--history", path("shared.sqlite"))
    }

    func shard(_ index: Int, of count: Int, _ round: String) async throws -> ShardRun {
        let run = try await run(
            "sweep", "--plan", met("\(round).plan"), "--shard", "\(index)/\(count)", "--results",
            met(round), "--json")
        return ShardRun(
            run: run, document: try run.document(ShardRun.Document.self))
    }

    func merge(_ round: String) async throws -> BinaryRun {
        try await run(
            "history", "merge", "--plan", met("\(round).plan"), met(round), "--history",
            path("shared.sqlite"))
    }

    /// What is in the history of one machine and not in the shared one, and the other way round.
    func differences() throws -> [String] {
        try HistoryContent(at: path("alone.sqlite"))
            .differences(from: HistoryContent(at: path("shared.sqlite")))
    }
}

/// What one shard said.
struct ShardRun {
    var run: BinaryRun
    var document: Document

    struct Document: Decodable {
        struct Work: Decodable {
            var label: String
            var bytesRead: UInt64
        }
        var exitStatus: Int32
        var file: String
        var works: [Work]
    }
}
