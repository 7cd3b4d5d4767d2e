// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct IncidentTests {
    private let scratch: Scratch
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open()
    }

    private func incident(_ subject: String = "A") -> Incident {
        Incident(
            store: "shop", kind: "damaged", subject: subject, since: Timestamp(seconds: 1_700_000_000),
            headline: "A is damaged", meaning: "It cannot be restored.",
            nextBest: RecoveryPoint(label: "B", level: .inspected), command: "pg_backctl restore …")
    }

    @Test func `an incident is opened once, given back as it was, and closed once`() throws {
        let opened = try #require(try history.open(incident()))
        #expect(opened.incident == incident())
        #expect(try history.open(incident()) == nil)
        #expect(try history.open(incident("B")) != nil)
        #expect(try history.openIncidents().map(\.incident) == [incident(), incident("B")])
        #expect(try history.close(incident().key))
        #expect(try !history.close(incident().key))
        #expect(try history.openIncidents().map(\.incident.subject) == ["B"])
        #expect(try #require(try history.open(incident())).id > opened.id)
    }

    @Test(arguments: ["DELETE FROM incident", "DELETE FROM incident_end", "UPDATE incident SET since = 1"])
    func `what was told stays`(statement: String) throws {
        _ = try history.open(incident())
        try history.close(incident().key)
        #expect(throws: DatabaseError.self) { try history.tamper(statement) }
    }
}
