// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import TestKit
import Testing

@testable import Restorer

@Suite struct `What a plan knows of the first start` {
    private func planned(_ backup: BackedUpSettings, _ replaced: [String: String] = [:]) -> PlannedFirstStart
    {
        let settings = PlannedSettings(backup: backup, replaced: replaced.mapValues { Array($0.utf8) })
        return PlannedFirstStart(settings, target: "/srv/restored")
    }

    private func settings(_ files: [ObjectName: String], paths: Set<ObjectName>?) -> BackedUpSettings {
        var settings = BackedUpSettings()
        settings.add(files.mapValues { Array($0.utf8) })
        settings.paths = paths
        return settings
    }

    private static let archiving = "archive_mode = on\narchive_command = 'cp'\n"

    @Test func `is what the files say that were read`() {
        let backup = settings(
            ["postgresql.conf": Self.archiving, "postgresql.auto.conf": ""],
            paths: ["postgresql.conf", "postgresql.auto.conf"])
        guard case .known(let start, _) = planned(backup) else { return #expect(Bool(false), "not known") }
        #expect(start.archiving == .by(means: "cp", mode: "on"))
        let replaced = planned(backup, ["postgresql.auto.conf": "archive_mode = off"])
        guard case .known(let other, _) = replaced else { return #expect(Bool(false), "not known") }
        #expect(other.archiving == .none)
    }

    @Test func `is nothing where a file lies behind what is read, or may`() {
        #expect(planned(settings([:], paths: ["postgresql.conf"])) == .knownOnceWritten)
        #expect(planned(settings([:], paths: nil)) == .knownOnceWritten)
        let included = settings(["postgresql.conf": "include_dir 'conf.d'"], paths: ["postgresql.conf"])
        #expect(planned(included) == .knownOnceWritten, "the directory may be there and empty")
    }

    @Test func `is that there is no configuration, where a manifest shows that`() {
        guard case .known(let start, _) = planned(settings([:], paths: [])) else {
            return #expect(Bool(false), "not known")
        }
        #expect(start.remarks.map(\.matter) == [.noMainFile])
    }

    @Test
    func `is what postgresql.conf says where only the settings of ALTER SYSTEM lie behind what is read`() {
        let backup = settings(["postgresql.conf": ""], paths: ["postgresql.conf", "postgresql.auto.conf"])
        guard case .known(_, isWhole: false) = planned(backup) else {
            return #expect(Bool(false), "not known")
        }
        #expect(planned(backup).archiving == .unknown)
        let without = planned(settings([:], paths: ["postgresql.auto.conf"]))
        guard case .known(let start, isWhole: false) = without else {
            return #expect(Bool(false), "not known")
        }
        #expect(start.remarks.map(\.matter) == [.noMainFile])
    }

    @Test func `comes from the objects of a data directory`() throws {
        let store = MemoryStore()
        var backup = PlainBackup("one", version: 15)
        backup.files["postgresql.conf"] = Array("include 'conf.d/a.conf'\n".utf8)
        backup.files["conf.d/a.conf"] = Array(Self.archiving.utf8)
        backup.upload(to: store)
        let found = try #require(try store.backups.first)
        let facts = try BackupFacts.read(found, in: store, memory: BackupMemory())
        guard case .known(let start, _) = planned(facts.settings) else {
            return #expect(Bool(false), "not known")
        }
        #expect(start.archiving == .by(means: "cp", mode: "on"))
    }
}
