// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@Suite struct RelationFileTests {
    @Test(
        arguments: [
            ("base/5/16384", 1663, 5, 16384, "main", 0), ("base/5/16384.2", 1663, 5, 16384, "main", 2),
            ("base/16385/2619_fsm", 1663, 16385, 2619, "fsm", 0),
            ("base/1/1259_vm.1", 1663, 1, 1259, "vm", 1),
            ("base/1/16390_init", 1663, 1, 16390, "init", 0), ("global/1262", 1664, 0, 1262, "main", 0),
            ("pg_tblspc/16400/PG_15_202209061/5/16401", 16400, 5, 16401, "main", 0),
        ] as [(ObjectName, UInt32, UInt32, UInt32, String, UInt32)])
    func `a relation's path says what it is`(
        path: ObjectName, tablespace: UInt32, database: UInt32, node: UInt32, fork: String, segment: UInt32
    ) throws {
        let file = try #require(RelationFile(path))
        #expect(file.tablespace == tablespace && file.database == database && file.fileNode == node)
        #expect(file.fork.rawValue == fork && file.segment == segment && !file.isIncremental)
        #expect(file.firstBlock == segment * 131_072)
    }

    @Test func `an incremental file is one of its relation`() throws {
        let file = try #require(RelationFile("base/5/INCREMENTAL.16384.1"))
        #expect(file.isIncremental && file.fileNode == 16384 && file.segment == 1)
    }

    @Test(
        arguments: [
            "base/5/pg_filenode.map", "base/5/PG_VERSION", "global/pg_control", "base/5/t3_16384",
            "base/5/16384_new",
            "base/5/016384", "base/5/16384.", "base/5/16384.0", "base/5/16384_fsm_vm", "base/x/16384",
            "pg_xact/0000",
            "base/5/1/16384", "pg_tblspc/1/2/3", "16384", "base/5/99999999999", "",
        ] as [ObjectName])
    func `what is no relation's is told`(path: ObjectName) { #expect(RelationFile(path) == nil) }
}

@Suite struct WALFileNameTests {
    @Test func `names and numbers belong together at every segment size`() throws {
        for size in [1 << 20, 16 << 20, 1 << 30] as [UInt32] {
            for number in [0, 1, 255, 4096, 1 << 30] as [UInt64] {
                let name = WALFileName(timeline: 7, number: number, size: size)
                #expect(name.number(size: size) == number)
                #expect(WALFileName(Array(name.description.utf8)) == name)
            }
        }
        #expect(WALFileName(timeline: 1, number: 2, size: 16 << 20).description == "000000010000000000000002")
    }

    @Test func `a range needs the segments that it touches`() {
        func segments(_ start: UInt64, _ end: UInt64) -> ClosedRange<UInt64> {
            let range = WALRange(timeline: 1, start: LogSequenceNumber(start), end: LogSequenceNumber(end))
            return WALFileName.segments(of: range, size: 1 << 20)
        }
        #expect(segments(0x20_0028, 0x20_0100) == 2...2)
        #expect(segments(0x20_0028, 0x30_0000) == 2...2)
        #expect(segments(0x20_0028, 0x30_0001) == 2...3)
        #expect(segments(0x20_0028, 0x20_0028) == 2...2)
    }

    @Test(arguments: ["", "00000001000000000000000", "00000001000000000000000g", "0000000100000000000000aa"])
    func `other names are none`(text: String) { #expect(WALFileName(Array(text.utf8)) == nil) }

    @Test(
        arguments: [
            ("00000002.history", true), ("archive_status/000000010000000000000002.done", true),
            ("000000010000000000000002.00000028.backup", true), ("000000010000000000000002.partial", true),
            ("archive_status/x.done", false), ("evil", false), ("archive_status/../x.done", false),
        ] as [(ObjectName, Bool)])
    func `what belongs beside segments is known by its name`(name: ObjectName, isCompanion: Bool) {
        #expect(WALFileName.isCompanion(name) == isCompanion)
    }
}
