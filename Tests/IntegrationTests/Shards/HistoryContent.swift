// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit

/// All that a history says of backups, but for when it was found out and under which numbers it is kept.
struct HistoryContent: Equatable {
    /// By table: its rows, in an order of their own.
    let rows: [String: [String]]

    /// Of the history in a file.
    init(at path: String) throws {
        var rows: [String: [String]] = [:]
        for (table, query) in Self.queries { rows[table] = try Binary.query(query, of: path).sorted() }
        self.rows = rows
    }

    /// In words, what is in one and not in the other.
    func differences(from other: HistoryContent) -> [String] {
        rows.keys.sorted().flatMap { table in
            let (mine, theirs) = (rows[table] ?? [], other.rows[table] ?? [])
            return mine.filter { !theirs.contains($0) }.map { "only here, \(table): \($0)" }
                + theirs.filter { !mine.contains($0) }.map { "only there, \(table): \($0)" }
                + (mine.count == theirs.count ? [] : ["\(table): \(mine.count) and \(theirs.count) rows"])
        }
    }

    private static let versions = "size, etag, version, modified, inode"

    private static let queries = [
        "backup": "SELECT url, label FROM backup",
        "object": "SELECT url, name FROM object o JOIN backup b ON b.id = backup_id",
        "proof": """
        SELECT url, level_asked, level, verdict, backup_size, bytes_read
        FROM proof p JOIN backup b ON b.id = backup_id
        """,
        "reading": """
        SELECT url, name, object_size, sha256, r.verdict, r.bytes_read, bytes_resumed, \(versions)
        FROM reading r JOIN object o ON o.id = object_id JOIN backup b ON b.id = o.backup_id
        """,
        "pin": """
        SELECT url, name, reason, sha256, is_attested, seal_chunk_size, seal_digest, \(versions)
        FROM pin p JOIN object o ON o.id = object_id JOIN backup b ON b.id = o.backup_id
        """,
        "midstate": """
        SELECT url, name, chunk_size, hex(states)
        FROM midstate JOIN object o ON o.id = object_id JOIN backup b ON b.id = o.backup_id
        """,
        "inspection": """
        SELECT url, checks, digest_set, is_complete, findings, major_version, system_identifier, i.files,
            i.bytes, archive_bytes, pages, parent_timeline, parent_start, database_oid, fork, r.files, r.bytes
        FROM inspection i JOIN backup b ON b.id = backup_id
        LEFT JOIN inspection_relations r ON r.inspection_id = i.id
        """,
        "finding": """
        SELECT url, code, name, member, byte_offset, byte_length, ordinal, state, severity, expected,
            found, cause, message
        FROM finding f JOIN backup b ON b.id = f.backup_id LEFT JOIN object o ON o.id = object_id
        JOIN finding_sighting s ON s.finding_id = f.id
        """,
        "progress": "SELECT name FROM progress JOIN object o ON o.id = object_id",
        "lock": "SELECT run_id FROM lock",
    ]
}
