// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("kill -9", .serialized)
struct KillPointsTests {
    /// Calls by which the history changes on disk and verdicts are printed.
    private static let calls = ["write", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "openat"]

    private static let strace = "/usr/bin/strace"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"))
    func `before any call that writes loses no verdict that was printed`() async throws {
        let store = try smallStore()
        var points = 0
        var printed = 0
        for call in Self.calls {
            // Few calls are enough to begin with, later ones look all alike.
            for count in Array(1...8) + stride(from: 10, through: 200, by: 13) {
                var binary = try Binary()
                let inject = "inject=\(call):signal=KILL:when=\(count)"
                binary.wrapper = [
                    Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", inject,
                ]
                let killed = try await binary("verify", store.path, "--level", "checksummed", "--jobs", "2")
                guard killed.status != 0 else { break }
                #expect(killed.ending == .signaled(SIGKILL), "\(killed)")
                binary.wrapper = []
                printed += try await expectAllKept(of: killed, binary, store, "\(call) \(count)")
                points += 1
            }
        }
        print("kill -9 before a call: \(points) points, \(printed) printed verdicts, all of them kept")
        #expect(points >= 40 && printed >= 10)
    }

    @Test func `at any moment loses no verdict that was printed`() async throws {
        let store = try smallStore()
        let clock = ContinuousClock()
        let start = clock.now
        try #require(try await Binary()("verify", store.path, "--level", "checksummed").status == 0)
        let whole = clock.now - start
        let points = 40
        var printed = 0
        let binary = try Binary()
        for point in 0..<points {
            let killed = try await binary.run(["verify", store.path, "--level", "checksummed"]) { running in
                try await clock.sleep(for: whole * point / points)
                // It may have ended already.
                try? running.send(.kill)
            }
            printed += try await expectAllKept(of: killed, binary, store, "point \(point)")
        }
        print("kill -9 at a moment: \(points) points, \(printed) printed verdicts, all of them kept")
    }

    /// Some backups of some objects each.
    private func smallStore() throws -> FileTree {
        let tree = try FileTree()
        for day in 10..<16 { try BackupSet.tar("202510\(day)T143000").write(to: tree) }
        return tree
    }

    /// Looks at the history as the kill left it, and lets the next run go over it.
    private func expectAllKept(
        of killed: BinaryRun, _ binary: Binary, _ store: FileTree, _ point: String
    ) async throws -> Int {
        let verdict = /^\s+(\d{8}T\d{6})\s.*\sverified\s/
        let printed = killed.output.split(separator: "\n").compactMap {
            $0.firstMatch(of: verdict).map { String($0.1) }
        }
        if FileManager.default.fileExists(atPath: binary.history) {
            #expect(try binary.query("PRAGMA integrity_check") == ["ok"], "\(point)")
        }
        if !printed.isEmpty {
            let run = try await binary("history", "backups", "--json")
            #expect(run.status == 0, "\(point): \(run)")
            let kept = try run.document(HistoryOfBackups.self).lines.filter { $0.verdict == "verified" }
            #expect(Set(kept.map(\.label)).isSuperset(of: printed), "\(point)")
            let proven = try binary.query(
                """
                SELECT label FROM proof JOIN backup ON backup.id = backup_id
                WHERE verdict = 'verified' AND run_id = (SELECT max(id) FROM run)
                """)
            #expect(Set(proven).isSuperset(of: printed), "\(point): by the run that printed them")
        }
        let next = try await binary("verify", store.path, "--level", "checksummed", "--json")
        #expect(next.status == 0, "\(point): \(next)")
        #expect(try binary.query("SELECT * FROM lock").isEmpty, "\(point)")
        #expect(try binary.query("SELECT * FROM progress").isEmpty, "\(point)")
        return printed.count
    }

    private struct HistoryOfBackups: Decodable {
        struct Line: Decodable {
            var label, verdict: String
        }
        var lines: [Line]
    }
}
