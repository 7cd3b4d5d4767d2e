// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests
public import Evidence
import GRDB

/// A leaf with all that a bundle and a receipt of it need.
public struct RecordedLeaf: Sendable {
    /// Its place in the tree.
    public var number: Int
    /// What it is the record of.
    public var kind: LeafKind
    /// The number of that record.
    public var row: Int64
    /// What is hashed.
    public var document: CanonicalJSON
    /// The URL of the backup that it is about, of proofs and trials.
    public var backup: String?
}

extension HistoryDatabase {
    /// The leaves that were added in a period, as far as checkpoints tell: at most a run more at each end.
    ///
    /// What they say is signed; the time that stands beside them is not.
    public func leafRange(_ period: Range<Timestamp>, of size: Int) throws -> Range<Int> {
        let checkpoints = try read { db in
            try String.fetchAll(db, sql: "SELECT note FROM checkpoint ORDER BY id")
        }.compactMap { SignedNote($0).flatMap { Checkpoint($0.text) } }
        // Of clocks that stepped the larger range counts.
        let within = checkpoints.filter { ($0.made ?? period.upperBound) >= period.lowerBound }
        guard let earliest = within.map(\.size).min() else { return 0..<0 }
        let before = checkpoints.filter { ($0.made ?? period.lowerBound) < period.upperBound }.map(\.size)
            .max()
        let first = checkpoints.map(\.size).filter { $0 < earliest }.max() ?? 0
        let end = checkpoints.map(\.size).filter { $0 > before ?? 0 }.min() ?? size
        return first < min(end, size) ? first..<min(end, size) : 0..<0
    }

    /// Of the first leaves, in order.
    public func leafHashes(upTo size: Int) throws -> [SHA256Digest] {
        try read { db in Array(try LeafTable(db).hashes().prefix(size)) }
    }

    /// The leaves of a range; throws for one whose rows are gone.
    public func records(_ range: Range<Int>) throws -> [RecordedLeaf] {
        try read { db in
            var records: [RecordedLeaf] = []
            try LeafTable(db).leaves(range) { leaf in
                guard let document = leaf.document else {
                    throw HistoryError.noSuchRecord(leaf.kind, leaf.row)
                }
                // What is signed with it would say that it was so.
                guard TreeHash.leaf(document.bytes).hex == leaf.hash else {
                    throw HistoryError.changedRecord(leaf.kind, leaf.row)
                }
                records.append(
                    RecordedLeaf(
                        number: leaf.number, kind: leaf.kind, row: leaf.row, document: document,
                        backup: document.backup))
            }
            return records
        }
    }

    /// The leaf of a record; nil where it has none.
    public func leaf(_ kind: LeafKind, _ row: Int64) throws -> RecordedLeaf? {
        let number = try read { db in
            try Int.fetchOne(
                db, sql: "SELECT number FROM leaf WHERE kind = ? AND row_id = ?",
                arguments: [kind.rawValue, row])
        }
        return try number.flatMap { try records($0..<$0 + 1).first }
    }

    /// The leaf of the newest proof of a backup that read its bytes; refused when no backup or several have the label.
    public func newestProofLeaf(label: String, place: String?) throws -> RecordedLeaf? {
        let proof = try read { db in
            let (backup, _) = try theBackup(label: label, place: place, db)
            return try Int64.fetchOne(
                db, sql: "SELECT max(id) FROM proof WHERE backup_id = ? AND level_asked <> 'listed'",
                arguments: [backup])
        }
        return try proof.flatMap { try leaf(.proof, $0) }
    }

    /// The objects that a receipt is about: those that a proof, or the newest one before a trial, has found sound; of a proof of
    /// which readings were pruned, none.
    public func subjects(of leaf: RecordedLeaf) throws -> [ReceiptStatement.Subject] {
        try read { db in
            let proof: Int64? =
                switch leaf.kind {
                case .proof: leaf.row
                case .trial:
                    try Int64.fetchOne(
                        db, sql: "SELECT newest_proof FROM trial_end WHERE trial_id = ?",
                        arguments: [leaf.row])
                default: nil
                }
            guard let proof, try LeafTable(db).hasReadings(of: proof) else { return [] }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT o.name, r.sha256 FROM reading r JOIN object o ON o.id = r.object_id
                    WHERE r.proof_id = ? AND r.sha256 IS NOT NULL AND r.verdict = 'verified' ORDER BY o.name
                    """, arguments: [proof]
            ).map { ReceiptStatement.Subject($0["name"], sha256: $0["sha256"]) }
        }
    }
}

extension CanonicalJSON {
    fileprivate var backup: String? {
        guard case .text(let url)? = self["body"]?["backup"]?["url"] else { return nil }
        return url
    }
}
