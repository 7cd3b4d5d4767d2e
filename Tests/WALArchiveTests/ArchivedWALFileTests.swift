// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing
import WALArchive

@Suite("a name that PostgreSQL asks for")
struct ArchivedWALFileTests {
    @Test(arguments: [
        "000000010000000000000003", "0000000A000000FF000000FE", "00000002.history", "FFFFFFFF.history",
        "000000010000000000000003.00000028.backup",
    ])
    func `is taken as it is`(name: String) throws {
        #expect(try ArchivedWALFile(name).description == name)
    }

    @Test(arguments: [
        "", "x", "RECOVERYXLOG", "000000000000000000000003", "00000000.history",
        "00000001000000000000000g", "00000001000000000000000a", "00000001000000000000003",
        "000000010000000000000003.partial", "000000010000000000000003.gz", "00000002.history.gz",
        "../00000002.history", "a/000000010000000000000003", "000000010000000000000003/",
        "00000002.history\n",
        "000000010000000000000003.0000028.backup", "00000002.History", "0000002.history", ".history",
        "pg_wal/000000010000000000000003", "+0000002.history",
    ])
    func `is refused, with a status that stops recovery`(name: String) {
        #expect(throws: WALArchiveError.invalidName(name)) { try ArchivedWALFile(name) }
        #expect(WALArchiveError.invalidName(name).exitStatus.rawValue == 126)
    }
}
