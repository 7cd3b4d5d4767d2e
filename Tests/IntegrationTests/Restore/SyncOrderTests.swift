// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import TestKit
import Testing

/// A power failure cannot be had in a test, but what was asked of the system before can be seen.
@Suite("what takes its name", .enabled(if: SystemCalls.canBeSeen, "strace is not installed"))
struct SyncOrderTests {
    @Test(Requires.postgres(.v15))
    func `was made to last before, when it is a journal or a restored directory`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.backUp("20251101T000000", ["-Ft"])
            let seen = SystemCalls(of: world.binary)
            let run = try await world.restore("--no-start", "--no-history", by: seen.binary)
            try #require(run.status == 0, "\(run)")
            let calls = try seen.calls().filter { $0.contains(".pg_backctl") || $0.contains(world.target) }
            let journals = calls.indices.filter { calls[$0].contains("\"restore.json\"") }
            #expect(journals.count >= 3)
            for journal in journals {
                #expect(calls[journal - 1].hasPrefix("fsync"), "\(calls[journal - 1])")
                #expect(calls[journal - 1].contains("restore.json.new"), "\(calls[journal - 1])")
                #expect(calls[journal + 1].hasPrefix("fsync"), "\(calls[journal + 1])")
                #expect(calls[journal + 1].contains(".restored.pg_backctl>"), "\(calls[journal + 1])")
            }
            let placed = try #require(
                calls.firstIndex { $0.contains("\"data\"") && $0.contains("\"restored\"") })
            #expect(calls[..<placed].contains { $0.hasPrefix("syncfs") })
        }
    }

    @Test func `was made to last before, when it is a file of WAL`() async throws {
        let maker = WALMaker()
        let binary = try Binary()
        let archive = try FileTree()
        try archive.write(ObjectName(maker.name(0)), maker.segments(1)[0])
        let seen = SystemCalls(of: binary)
        let run = try await seen.binary.run(["wal-get", archive.path, maker.name(0), "out"])
        try #require(run.status == 0, "\(run)")
        let calls = try seen.calls().filter { $0.contains(".out.pg_backctl") }
        #expect(calls.map { String($0.prefix { $0 != "(" }) } == ["fsync", "renameat"], "\(calls)")
    }
}

/// The calls by which a program makes things last and gives them names.
private struct SystemCalls {
    private static let strace = "/usr/bin/strace"
    static let canBeSeen = FileManager.default.isExecutableFile(atPath: strace)

    /// The program, watched.
    private(set) var binary: Binary
    private let log: String

    init(of binary: Binary) {
        log = "\(binary.home.path)/calls"
        self.binary = binary
        self.binary.wrapper = [
            Self.strace, "-f", "-qq", "-y", "-e", "signal=none", "-o", log, "-e",
            "trace=fsync,syncfs,renameat",
        ]
    }

    /// In their order, without the numbers of processes before them; with the paths of descriptors.
    func calls() throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            String($0.drop { $0 != " " }.drop { $0 == " " })
        }
    }
}
