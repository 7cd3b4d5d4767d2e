// SPDX-License-Identifier: Apache-2.0
import Evidence
import GRDB

extension Auditing {
    /// What a proof has found of its objects is what was hashed, or what pruning leaves of it.
    mutating func checkReadings(_ leaf: KeptLeaf) throws {
        let kept = try String.fetchOne(
            table.db.cachedStatement(sql: "SELECT facts FROM leaf WHERE number = ?"), arguments: [leaf.number]
        )
        let hashed = LeafFacts(kept)?.members[LeafSource.readings]
        let now = try table.readings(of: leaf.row)
        guard hashed != now else { return }
        if let before = hashed?.count, let there = now.count, there < before, try isRolledUp(leaf.row),
            try before - there <= replaceable(leaf.row)
        {
            audit.pruned += 1
        } else {
            audit.add(.changedReadings(leaf: leaf.number, proof: leaf.row))
        }
    }

    /// Whether readings of that proof's day were summed up, which pruning does before it takes them away.
    private func isRolledUp(_ proof: Int64) throws -> Bool {
        try Bool.fetchOne(
            table.db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM proof p JOIN reading_day d
                        ON d.backup_id = p.backup_id AND d.day = p.ended / 86400000000000 WHERE p.id = ?)
                    """), arguments: [proof]) ?? false
    }

    /// Of how many objects whose readings in a proof are gone a later proof has found the same object sound: only those may go.
    private mutating func replaceable(_ proof: Int64) throws -> Int64 {
        let backup = try Int64.fetchOne(
            table.db.cachedStatement(sql: "SELECT backup_id FROM proof WHERE id = ?"), arguments: [proof])
        guard let backup else { return 0 }
        let here = try Int64.fetchSet(
            table.db.cachedStatement(sql: "SELECT object_id FROM reading WHERE proof_id = ?"),
            arguments: [proof])
        let later = try newestSound(of: backup).count { $0.value > proof && !here.contains($0.key) }
        return Int64(later)
    }

    /// By object, the newest proof that has found it sound: looked up once for each backup, of which few are kept.
    private mutating func newestSound(of backup: Int64) throws -> [Int64: Int64] {
        if let known = sound[backup] { return known }
        if sound.reduce(0, { $0 + $1.value.count }) > Self.mostKept { sound = [:] }
        let rows = try Row.fetchCursor(
            table.db.cachedStatement(
                sql: """
                    SELECT r.object_id, max(r.proof_id) AS proof FROM proof p JOIN reading r ON r.proof_id = p.id
                    WHERE p.backup_id = ? AND r.verdict = 'verified' GROUP BY r.object_id
                    """), arguments: [backup])
        var newest: [Int64: Int64] = [:]
        while let row = try rows.next() { newest[row["object_id"]] = row["proof"] }
        sound[backup] = newest
        return newest
    }

    private static let mostKept = 200_000
}

extension CanonicalJSON {
    /// Of a digest over rows: how many there were.
    fileprivate var count: Int64? {
        guard case .object(let members) = self, case .number(let count)? = members["count"] else {
            return nil
        }
        return count
    }
}
