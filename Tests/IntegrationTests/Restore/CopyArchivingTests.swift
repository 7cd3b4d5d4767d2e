// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// A copy with the settings of its origin would put the WAL of its new timeline into the origin's archive.
@Suite("archiving by a copy", .serialized)
struct CopyArchivingTests {
    private static let archiving = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `is off unless it is asked for, and told with the way to turn it on`() async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving, hasTablespace: false) { world in
            _ = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Ft"])
            let archive = try world.directory.makeDirectory("archive")
            try await Program("chmod")(["a+rwx", archive])
            let run = try await world.restore()
            #expect(run.status == 0, "\(run)")
            #expect(
                run.output.contains("its settings archive by 'cp %p ../archive/%f'"), "\(run)")
            let undoing = "ALTER SYSTEM SET archive_mode = 'on'"
            #expect(run.output.contains("type at the copy itself:  \(undoing);"), "\(run)")
            let off = try await world.restoredRows(
                "SELECT pg_switch_wal() IS NOT NULL, current_setting('archive_mode')", mayArchive: true)
            #expect(off == "t|off")
            #expect(try FileManager.default.contentsOfDirectory(atPath: archive) == [])
            _ = try await world.restoredRows(undoing)
            #expect(try await world.restoredRows("SHOW archive_mode", mayArchive: true) == "on")
            try world.removeRestored()
            let kept = try await world.restore("--archive-mode", "keep", "--json")
            #expect(kept.status == 0 && kept.errors.contains("archive_mode is on"), "\(kept)")
            let document = try JSONDecoder().decode(Document.self, from: Data(kept.output.utf8))
            #expect(document.archivingOff == nil && document.plan.firstStart.archiveMode == "keep")
            // What the archive has is not put there again, and the new timeline's history is.
            let status = try FileManager.default.contentsOfDirectory(
                atPath: "\(world.target)/pg_wal/archive_status")
            #expect(status.contains("00000002.history.ready"), "\(status)")
            let old = status.filter { $0.hasPrefix("00000001") }
            #expect(!old.isEmpty && old.allSatisfy { $0.hasSuffix(".done") }, "\(status)")
            #expect(try await world.restoredRows("SHOW archive_mode", mayArchive: true) == "on")
        }
    }

    @Test(
        Requires.postgres(.v15), .timeLimit(.minutes(20)),
        arguments: [["--no-start"], ["--standby"], ["--no-start", "--archive-mode", "off"]])
    func `is off where recovery is left to the first start, too`(words: [String]) async throws {
        try await RestoreWorld.with(.v15, settings: Self.archiving, hasTablespace: false) { world in
            _ = try world.cluster.makeDirectory("archive")
            try await world.backUp("base", ["-Fp"])
            // What ALTER SYSTEM said comes after postgresql.conf, and counts.
            let settings = "\(world.store)/base/postgresql.auto.conf"
            let before = try String(contentsOfFile: settings, encoding: .utf8)
            try FileManager.default.removeItem(atPath: "\(world.store)/base/backup_manifest")
            try (before + "archive_mode = always").write(toFile: settings, atomically: true, encoding: .utf8)
            try await writeSumFile(in: "\(world.store)/base")
            let run = try await world.restore(words + ["--json"])
            #expect(run.status == 0, "\(run)")
            let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
            #expect(document.archivingOff?.undoing == "ALTER SYSTEM SET archive_mode = 'always'")
            #expect(document.plan.firstStart.archives == true)
            #expect(try await world.restoredRows("SHOW archive_mode", mayArchive: true) == "off")
        }
    }

    /// What a plan and a restore say of archiving.
    private struct Document: Decodable {
        struct Off: Decodable {
            var means: String?
            var undoing: String
        }
        struct Plan: Decodable {
            struct Start: Decodable {
                var archives: Bool?
                var archiveMode: String
            }
            var firstStart: Start
        }
        var archivingOff: Off?
        var plan: Plan
    }
}
