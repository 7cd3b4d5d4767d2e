// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// The tampering of a backup that nobody has accepted yet.
///
/// A run that read no bytes, or came to no verdict, leaves it as it was.
struct OpenTampering {
    /// The newest verdict on the backup's bytes; nil when there has been none.
    let verdict: Verdict?
    /// The newest readings of the tampered objects that differ from their pins, by name.
    let rows: [Row]

    var objects: Set<ObjectName> { Set(rows.compactMap { $0.objectName("name") }) }

    init(of backup: Int64, pins: [ObjectName: Pin], _ db: Database) throws {
        let newest = """
            SELECT verdict FROM proof
            WHERE backup_id = ? AND level_asked <> 'listed' AND verdict <> 'inconclusive'
            ORDER BY id DESC LIMIT 1
            """
        verdict = try Row.fetchOne(db, sql: newest, arguments: [backup])?.word("verdict")
        guard verdict == .tampered else {
            rows = []
            return
        }
        let readings = try Row.fetchAll(
            db,
            sql: """
                SELECT \(Validators.columnNames), o.id AS object, o.name, p.ended, r.sha256, r.object_size
                FROM object o JOIN proof p ON p.id = \(ObjectLine.newestJudgement)
                JOIN reading r ON r.proof_id = p.id AND r.object_id = o.id
                WHERE o.backup_id = ? AND r.verdict = 'tampered'
                ORDER BY o.name
                """, arguments: [backup])
        rows = readings.filter { row in
            row.objectName("name").map { pins[$0]?.sha256 != row["sha256"] } ?? false
        }
    }
}
