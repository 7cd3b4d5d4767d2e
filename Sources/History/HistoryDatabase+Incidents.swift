// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

/// An incident in the history.
public struct KeptIncident: Sendable, Equatable {
    /// The same in every message about it.
    public let id: Int64
    /// As `open` was given it.
    public let incident: Incident
}

extension HistoryDatabase {
    /// Those that are open, the oldest first.
    public func openIncidents() throws -> [KeptIncident] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT i.id, i.incident FROM incident i
                    WHERE NOT EXISTS (SELECT 1 FROM incident_end e WHERE e.incident_id = i.id) ORDER BY i.id
                    """
            ).compactMap { row in
                let incident: Incident? = row.value("incident")
                return incident.map { KeptIncident(id: row["id"], incident: $0) }
            }
        }
    }

    /// Those that were open at some time from one moment to another, the oldest first, with when they were over.
    public func incidents(from start: Timestamp, to end: Timestamp) throws -> [Incident] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT i.store, i.kind, i.subject, i.since, i.incident, e.closed FROM incident i LEFT JOIN incident_end e ON e.incident_id = i.id
                    WHERE i.since < ? AND (e.closed IS NULL OR e.closed >= ?) ORDER BY i.since, i.id
                    """, arguments: [column(end), column(start)]
            ).map { row in
                var incident = row.value("incident") ?? Self.unreadable(row)
                incident.closed = row.timeIfAny("closed")
                return incident
            }
        }
    }

    /// Whatever its words were, it was there.
    private static func unreadable(_ row: Row) -> Incident {
        Incident(
            store: row["store"], kind: row["kind"], subject: row["subject"], since: row.time("since"),
            headline: "an incident whose words this program cannot read",
            meaning: "Another version of the program may have written it.")
    }

    /// Keeps that something went wrong; nil when an incident of this key is open already.
    public func open(_ incident: Incident) throws -> KeptIncident? {
        try writeSealed { db in
            guard try number(ofOpen: incident.key, db) == nil else { return nil }
            try db.execute(
                sql: """
                    INSERT INTO incident (store, kind, subject, severity, since, incident, opened)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    incident.store, incident.kind, incident.subject, column(incident.severity),
                    column(incident.since), try json(incident), column(clock.now),
                ])
            let number = db.lastInsertedRowID
            try addLeaf(.incident, number, db)
            return KeptIncident(id: number, incident: incident)
        }
    }

    /// Keeps that it is over; false when none of this key is open.
    @discardableResult
    public func close(_ key: Incident.Key) throws -> Bool {
        try writeSealed { db in
            guard let number = try number(ofOpen: key, db) else { return false }
            try db.execute(
                sql: "INSERT INTO incident_end (incident_id, closed) VALUES (?, ?)",
                arguments: [number, column(clock.now)])
            try addLeaf(.closing, number, db)
            return true
        }
    }

    private func number(ofOpen key: Incident.Key, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT i.id FROM incident i WHERE i.store = ? AND i.kind = ? AND i.subject = ?
                    AND NOT EXISTS (SELECT 1 FROM incident_end e WHERE e.incident_id = i.id)
                """, arguments: [key.store, key.kind, key.subject])
    }
}
