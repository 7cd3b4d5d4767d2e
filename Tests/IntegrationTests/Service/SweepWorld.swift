// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit

/// A store with a policy, and sweeps of it by the built program.
struct SweepWorld {
    let binary: Binary
    let history: String
    private let file: String

    /// `store` and `policy` are in YAML's flow style; the history is in `folder`, if one is given.
    init(_ store: String, _ policy: String, jobs: Int, folder: String? = nil, rest: String = "") throws {
        binary = try Binary()
        (history, file) = ("\(folder ?? binary.home.path)/h.sqlite", "\(binary.home.path)/c.yaml")
        let text = """
            history: \(history)
            stores:
              shop: { \(store), posture: off, prove: { all: { \(policy) } } }
            schedule:
              - { name: nightly, cron: "0 1 * * *", stores: all, budget: { jobs: \(jobs) } }
            \(rest)
            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    var hasHistory: Bool { FileManager.default.fileExists(atPath: history) }

    func query(_ sql: String) throws -> [String] { try Binary.query(sql, of: history) }

    func run(_ words: String..., under wrapper: [String] = []) async throws -> BinaryRun {
        var binary = binary
        binary.wrapper = wrapper
        return try await binary.run(words + ["--config", file])
    }

    func sweep(under wrapper: [String] = []) async throws -> BinaryRun {
        try await run("sweep", under: wrapper)
    }

    func swept() async throws -> SweptTold { try await run("sweep", "--json").document(SweptTold.self) }

    func status() async throws -> Int32 { try await run("status").status }

    /// Kills a sweep once it has read so many bytes, and says how many it had read.
    func sweep(killedAfter bytes: UInt64) async throws -> (TerminationStatus, bytes: UInt64) {
        let seen = SeenBytes()
        let run = try await binary.run(["sweep", "--config", file]) { running in
            try await running.wait(until: { Self.bytesRead(by: running.pid) >= bytes })
            // It must not go on between the two.
            kill(running.pid, SIGSTOP)
            seen.bytes = Self.bytesRead(by: running.pid)
            try running.send(.kill)
        }
        return (run.ending, seen.bytes)
    }

    /// By all calls that read, of whatever files.
    private static func bytesRead(by process: Int32) -> UInt64 {
        let text = (try? String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("rchar: ") }
        return line.flatMap { UInt64($0.dropFirst(7)) } ?? 0
    }

    /// Set and read one after the other.
    private final class SeenBytes: @unchecked Sendable {
        var bytes: UInt64 = 0
    }
}

/// `sweep --json`.
struct SweptTold: Decodable {
    struct Store: Decodable {
        struct Work: Decodable {
            var label: String
            var verdict: String?
        }
        var work: [Work]
        var bytesRead: UInt64
    }
    var exitStatus: Int32
    var stores: [Store]
}
