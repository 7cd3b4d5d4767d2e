// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Testing

private let unfinished = "'backup_manifest.tmp' is there: the backup did not run to its end"
private let noManifest = "'backup_manifest' is missing"
private let noBase = "'base.tar' is missing"
private let noTablespace = "'16384.tar' is missing, a tablespace that the manifest names"

@Suite struct `Whether a backup is complete` {
    @Test(
        arguments: [
            (["base.tar.gz", "backup_manifest", "16384.tar.gz"], []),
            (["base.tar", "backup_manifest", "16384.tar.zst"], []),
            (["base.tar", "backup_manifest"], [noTablespace]),
            (["base.tar", "backup_manifest", "sub/16384.tar"], [noTablespace]),
            (["base.tar", "16384.tar"], [noManifest]),
            (["16384.tar", "backup_manifest"], [noBase]),
            (["base.tar", "backup_manifest.tmp"], [unfinished, noManifest, noTablespace]),
            (["base.tar", "16384.tar", "backup_manifest", "backup_manifest.tmp"], [unfinished]),
            (["base.tar", "backup.sha256"], []), (["backup_manifest.tmp", "backup.sha256"], []),
            (["PG_VERSION", "backup_manifest"], []), (["PG_VERSION", "global/pg_control"], [noManifest]),
            (["PG_VERSION", "backup_label", "backup_manifest.tmp"], [unfinished, noManifest]),
            (["PG_VERSION", "global/pg_control", "backup.sha256"], []),
            (["data.tar.bz2"], []), (["backup.sha256"], []),
        ] as [([String], [String])])
    func `follows from its names`(names: [String], reasons: [String]) throws {
        let backup = try #require(arrange(names.map { ObjectName("a/\($0)") }).backups.first)
        let found = backup.completeness(manifest: manifest(tablespaces: 16384), now: noon)
        #expect(found == (reasons.isEmpty ? .complete : .incomplete(reasons: reasons, isYoung: true)))
        #expect(found.isComplete == reasons.isEmpty)
    }

    @Test func `needs no tablespace when the manifest was not read`() throws {
        let backup = try #require(arrange(["a/base.tar", "a/backup_manifest"]).backups.first)
        #expect(backup.completeness(manifest: nil, now: noon) == .complete)
    }

    @Test(
        arguments: [(0, true), (86_399, true), (86_400, false), (10_000_000_000, false), (-5, true)]
            as [(Int64, Bool)])
    func `is young for 24 hours after its newest object`(age: Int64, isYoung: Bool) throws {
        let backup = try #require(
            Catalogue.arrange([
                object("a/base.tar"), object("a/16384.tar", modified: noon.advanced(bySeconds: -1_000_000)),
            ]).backups.first)
        let found = backup.completeness(manifest: nil, now: noon.advanced(bySeconds: age))
        #expect(found == .incomplete(reasons: [noManifest], isYoung: isYoung))
    }

    @Test func `is never young when the store tells no times`() throws {
        let backup = try #require(Catalogue.arrange([object("a/base.tar", modified: nil)]).backups.first)
        #expect(
            backup.completeness(manifest: nil, now: noon)
                == .incomplete(reasons: [noManifest], isYoung: false))
    }
}

@Suite struct `The latest backup` {
    private let catalogue = arrange([
        "2025-01-01/base.tar", "2025-01-01/backup_manifest", "2025-01-02/base.tar", "2025-01-03/base.tar",
        "2025-01-03/backup_manifest", "2025-01-04/base.tar", "2025-01-04/backup_manifest.tmp",
    ])

    private func completeness(_ backup: Backup) -> Completeness {
        backup.completeness(manifest: nil, now: noon)
    }

    @Test func `is the newest complete one, and newer ones are explained`() {
        let choice = catalogue.latest(time: { $0.time(info: nil) }, completeness: completeness)
        #expect(choice.backup?.label == "2025-01-03")
        #expect(choice.time?.source == .label)
        #expect(choice.skipped.map(\.label) == ["2025-01-04"])
        #expect(choice.skipped.first?.reason == "it is incomplete: \(unfinished); \(noManifest)")
    }

    @Test func `is never one that there is an objection to`() {
        let choice = catalogue.latest(time: { $0.time(info: nil) }, completeness: completeness) {
            $0.label == "2025-01-03" ? "it is damaged" : nil
        }
        #expect(choice.backup?.label == "2025-01-01")
        #expect(choice.skipped.map(\.label) == ["2025-01-04", "2025-01-03", "2025-01-02"])
    }

    @Test func `is chosen by time, not by name or date of the objects`() {
        let catalogue = Catalogue.arrange([
            object("a/base.tar", modified: noon), object("a/backup_manifest"),
            object("b/base.tar", modified: noon.advanced(bySeconds: 99)), object("b/backup_manifest"),
        ])
        let times = ["a": noon.advanced(bySeconds: 1), "b": noon]
        let choice = catalogue.latest(
            time: { times[$0.label].map { BackupTime($0, source: .infoFile) } }, completeness: completeness)
        #expect(choice.backup?.label == "a")
        #expect(choice.skipped == [])
    }

    @Test func `is of equal times the one with the greater label`() {
        let choice = arrange(["a/data.tar.bz2", "b/data.tar.bz2"]).latest(
            time: { _ in BackupTime(noon, source: .infoFile) }, completeness: completeness)
        #expect(choice.backup?.label == "b")
    }

    @Test func `is none when none is complete or has a time`() {
        let none = catalogue.latest(
            time: { _ in nil }, completeness: { _ in .incomplete(reasons: ["x"], isYoung: true) })
        #expect(none.backup == nil)
        #expect(none.skipped.map(\.reason) == Array(repeating: "it has no time", count: 4))
        let choice = catalogue.latest(
            time: { $0.time(info: nil) }, completeness: { _ in .incomplete(reasons: ["x"], isYoung: true) })
        #expect(choice.backup == nil)
        #expect(choice.skipped.count == 4)
    }
}
