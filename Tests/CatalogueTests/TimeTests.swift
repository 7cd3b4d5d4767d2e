// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Testing

@Suite struct `The time of a backup` {
    @Test(arguments: [
        ("20251027T143000", "2025-10-27T14:30:00Z"), ("2025-10-27T14:30:00Z", "2025-10-27T14:30:00Z"),
        ("2025-10-27_143000", "2025-10-27T14:30:00Z"), ("2025-05-20", "2025-05-20T00:00:00Z"),
        ("20251027143000", "2025-10-27T14:30:00Z"), ("db/main/20251027T143000", "2025-10-27T14:30:00Z"),
        ("2025-10-27T14:30:00+02:00", "2025-10-27T12:30:00Z"),
    ])
    func `is the label's when that is a time`(label: String, time: String) throws {
        let backup = try #require(arrange([ObjectName("\(label)/base.tar")]).backups.first)
        #expect(backup.time(info: nil) == BackupTime(try #require(Timestamp(iso8601: time)), source: .label))
    }

    @Test(arguments: [
        "weekly", "20251327T143000", "20251027T993000", "2025", "v2025-10-27", "20251027143099x",
    ])
    func `is that of the newest object when the label is none`(label: String) throws {
        let backup = try #require(arrange([ObjectName("\(label)/base.tar")]).backups.first)
        #expect(backup.time(info: nil) == BackupTime(noon, source: .newestObject))
    }

    @Test func `is the info file's before all others`() throws {
        let backup = try #require(arrange(["20251027T143000/base.tar"]).backups.first)
        let info = BackupInfo.parse(Array("backup_timestamp: 2025-10-27T14:30:00.123Z\n".utf8))
        let time = try #require(backup.time(info: info))
        #expect(time.source == .infoFile)
        #expect(time.timestamp == Timestamp(seconds: 1_761_575_400, nanoseconds: 123_000_000))
        let silent = BackupInfo.parse(Array("backup_timestamp: soon\n".utf8))
        #expect(backup.time(info: silent)?.source == .label)
    }

    @Test func `is unknown when nothing tells`() throws {
        let backup = try #require(Catalogue.arrange([object("a/base.tar", modified: nil)]).backups.first)
        #expect(backup.time(info: nil) == nil)
    }

    @Test func `is the label's at the root of a store, too`() throws {
        let backup = try #require(arrange(["base.tar"], rootLabel: "20251027T143000").backups.first)
        #expect(backup.time(info: nil)?.source == .label)
    }

    @Test func `says no more of the beginning than its source can know`() {
        let noon = Timestamp(seconds: 1_700_000_000)
        #expect(BackupTime(noon, source: .infoFile).notBefore == noon)
        // The clock of the west of Kiribati is 14 hours ahead.
        #expect(
            BackupTime(noon, source: .label).notBefore == Timestamp(seconds: 1_700_000_000 - 14 * 3600))
        #expect(BackupTime(noon, source: .newestObject).notBefore == nil)
    }
}
