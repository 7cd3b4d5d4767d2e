// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@Suite struct LabelFileTests {
    private static let label = """
        START WAL LOCATION: 0/6000028 (file 000000010000000000000006)
        CHECKPOINT LOCATION: 0/6000060
        BACKUP METHOD: streamed
        BACKUP FROM: primary
        START TIME: 2026-11-24 15:43:30 UTC
        LABEL: pg_basebackup base backup
        START TIMELINE: 1

        """

    private func fault(_ text: String) -> FormatError? {
        do throws(FormatError) {
            _ = try BackupLabel.parse(Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test func `a label says where recovery starts`() throws {
        let label = try BackupLabel.parse(Array(Self.label.utf8))
        #expect(label.start == LogSequenceNumber(0x600_0028) && label.timeline == 1)
        #expect(
            label.checkpoint == LogSequenceNumber(0x600_0060) && !label.isFromStandby && label.parent == nil)
        #expect(label.startSegment.description == "000000010000000000000006")
    }

    /// As `psql -At` leaves it behind what pg_backup_stop said.
    @Test func `a label may have empty lines behind it, as PostgreSQL takes it`() throws {
        #expect(fault(Self.label + "\n") == nil && fault(Self.label + "\n\n") == nil)
        #expect(fault(Self.label + "\nx\n") != nil)
    }

    @Test func `an incremental backup names its parent`() throws {
        let text = Self.label + "INCREMENTAL FROM LSN: 0/4000028\nINCREMENTAL FROM TLI: 1\n"
        let parent = try BackupLabel.parse(Array(text.utf8)).parent
        #expect(parent?.start == LogSequenceNumber(0x400_0028) && parent?.timeline == 1)
    }

    @Test(arguments: [
        ("0/6000028", "nowhere"), ("(file 000000010000000000000006)", ""), ("0/6000060", "x"),
        ("streamed", "pg_start_backup"),
        ("primary", "nobody"), ("START TIME", "Start time"), ("TIMELINE: 1", "TIMELINE: 0"),
        ("TIMELINE: 1", "TIMELINE: 2"),
        ("START TIMELINE: 1\n", ""), ("START TIMELINE: 1\n", "START TIMELINE: 1"),
        ("TIMELINE: 1\n", "TIMELINE: 1\nMORE: x\n"),
        ("base backup", "base\u{7} backup"), ("CHECKPOINT LOCATION: 0/6000060\n", ""),
    ])
    func `anything else is refused with its line`(what: String, by: String) {
        let error = fault(Self.label.replacing(what, with: by))
        #expect(error?.message.contains("line ") == true, "\(String(describing: error))")
        #expect(error?.hints.isEmpty == false)
    }

    @Test func `a map says where each tablespace was, escapes resolved`() throws {
        let map = try TablespaceMap.parse(Array("16384 /data/a b\n16390 /x\\\\y\\\nz\n".utf8))
        #expect(map.locations == [16384: Array("/data/a b".utf8), 16390: Array("/x\\y\nz".utf8)])
        #expect(try TablespaceMap.parse([]).locations.isEmpty)
    }

    @Test(arguments: [
        "../../escaped /some/path\n", "16384 relative\n", "16384 /etc", "4294967296 /x\n", "016384 /x\n",
        "16384\n", "\n",
        "16384 /a/../b\n", "16384 /a\n16384 /b\n", "16384 /a\\", "16384  /a\n",
    ])
    func `a map that leads elsewhere is refused`(text: String) {
        #expect(throws: FormatError.self) { try TablespaceMap.parse(Array(text.utf8)) }
    }

    @Test(arguments: [("15\n", 15), ("18\n", 18), ("100\n", 100)])
    func `a version is a number and a line break`(text: String, version: Int) throws {
        #expect(try MajorVersion.parse(Array(text.utf8)) == version)
    }

    @Test(arguments: ["", "15", "15.2\n", "9\n", " 15\n", "15\n\n", "015\n", "-15\n", "99999999999\n"])
    func `any other version is refused`(text: String) {
        #expect(throws: FormatError.self) { try MajorVersion.parse(Array(text.utf8)) }
    }
}
