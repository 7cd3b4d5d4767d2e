// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct InspectionTests {
    private let scratch: Scratch
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open()
    }

    @Test func `what was found in a backup's contents is given back as it was`() throws {
        let finding = Finding.recorded(
            .pageChecksum, object: "base.tar", member: "base/5/16384", expected: "1", found: "2", message: "m"
        )
        let record = inspection(findings: [finding])
        try history.verify(inspection: record)
        #expect(try history.memory(of: place).inspection == record)
    }

    @Test func `the newest inspection is the one that counts, and the older ones stay`() throws {
        try history.verify(inspection: inspection("a"))
        try history.verify(inspection: inspection("b"))
        try history.verify()
        #expect(try history.memory(of: place).inspection?.digestSet == digest("b"))
        #expect(try history.count("inspection") == 2)
    }

    @Test func `a history of the first schema is brought up to date with all that it holds`() throws {
        let path = scratch.folder + "/old.sqlite"
        let old = try DatabaseQueue(path: path)
        try old.write { db in
            try db.execute(sql: Schema.migrations[0])
            try db.execute(sql: "INSERT INTO backup (url, label) VALUES ('s3://b/old', 'old')")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = 1")
        }
        try old.close()
        let opened = try HistoryDatabase(at: path, clock: TestClock().wall)
        #expect(opened.movedAside == nil)
        try opened.verify(inspection: inspection())
        #expect(try opened.memory(of: place).inspection == inspection())
        #expect(try opened.count("backup") == 2)
    }
}
