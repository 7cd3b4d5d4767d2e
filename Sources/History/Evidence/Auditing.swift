// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import GRDB

/// One audit of one state of a history.
struct Auditing {
    var audit: EvidenceAudit
    let table: LeafTable
    /// What says of so many leaves which root they have.
    private var claims: [Int: [(SHA256Digest, Claimant)]] = [:]

    /// By backup and object, the newest proof that has found it sound.
    var sound: [Int64: [Int64: Int64]] = [:]

    private enum Claimant {
        case own(Int64)
        case head
        case timestamp(Int64)
        case outside(String)
    }

    /// What checkpoints tell of what was begun, by its table.
    private(set) var begun: [String: Set<Checkpoint.Start>] = [:]
    /// What they tell of records from before there was a tree: all the same.
    private(set) var imported: Set<[String: Int64]> = []
    private var unsigned: Set<Range<Int>> = []
    /// How many leaves the checkpoints of older programs cover.
    private var signedBefore = 0

    init(_ table: LeafTable, origin: String) { (self.table, audit) = (table, EvidenceAudit(origin: origin)) }

    /// Each is vouched for by itself, and a rotation by the one before it.
    mutating func readKeys() throws {
        for row in try Row.fetchAll(table.db, sql: "SELECT verifier, note FROM signing_key ORDER BY id") {
            let name: String = row["verifier"]
            guard let note = SignedNote(row["note"] as String), let key = KeyNote(note.text),
                key.verifier.description == name, key.verifier.name == audit.origin,
                note.isSigned(by: key.verifier)
            else {
                audit.add(.wrongKey(name))
                continue
            }
            var isVouched = false
            switch (key.reason, audit.keys.last?.key) {
            case (.first, nil): break
            case (.rotation, let old?) where note.isSigned(by: old): isVouched = true
            case (.replacement, _?):
                audit.notes.append(
                    "key '\(name)' replaced the one before it, which did not sign that: it was lost, or somebody replaced it."
                )
            default: audit.add(.wrongKey(name))
            }
            audit.keys.append(SigningParty(key.verifier, isVouched: isVouched))
        }
    }

    mutating func readCheckpoints(_ witnesses: [(source: String, note: String)]) throws {
        var last: Int64 = 0
        let rows = try Row.fetchCursor(table.db, sql: "SELECT id, size, note FROM checkpoint ORDER BY id")
        while let row = try rows.next() {
            let number: Int64 = row["id"]
            if number != last + 1 { audit.add(.missingCheckpoint(last + 1)) }
            last = number
            audit.checkpoints += 1
            switch read(row["note"]) {
            case .success(let checkpoint) where checkpoint.size == row["size"]:
                take(checkpoint, .own(number))
            case .success: audit.add(.wrongCheckpoint(number: number, .unreadable))
            case .failure(let reason): audit.add(.wrongCheckpoint(number: number, reason.reason))
            }
        }
        let given =
            try Int64.fetchOne(
                table.db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'checkpoint'") ?? 0
        if given != last { audit.add(.missingCheckpoint(given)) }
        try readHead()
        for witness in witnesses {
            switch read(witness.note) {
            case .success(let checkpoint):
                claim(checkpoint, .outside(witness.source))
                unsigned.formUnion(checkpoint.unsigned)
                audit.witnesses.append(checkpoint.size)
            case .failure(let reason):
                audit.add(.wrongWitness(source: witness.source, reason.reason))
            }
        }
    }

    private mutating func readHead() throws {
        guard let note = try String.fetchOne(table.db, sql: "SELECT note FROM tree_frontier") else { return }
        switch read(note) {
        case .success(let checkpoint): take(checkpoint, .head)
        case .failure(let reason): audit.add(.wrongHead(reason.reason))
        }
    }

    /// What a key of the history has signed.
    private mutating func take(_ checkpoint: Checkpoint, _ claimant: Claimant) {
        claim(checkpoint, claimant)
        audit.signed = max(audit.signed, checkpoint.size)
        for (name, start) in checkpoint.begun { begun[name, default: []].insert(start) }
        unsigned.formUnion(checkpoint.unsigned)
        if let told = checkpoint.imported {
            imported.insert(told)
        } else {
            signedBefore = max(signedBefore, checkpoint.size)
        }
    }

    /// Checkpoints that an authority has stamped are of this tree, and its answers are about them.
    mutating func readTimestamps() throws {
        let rows = try Row.fetchCursor(table.db, sql: "SELECT * FROM timestamp ORDER BY id")
        while let row = try rows.next() {
            let number: Int64 = row["id"]
            guard let stamped = StampedCheckpoint(row), let time = stamped.time,
                case .success(let checkpoint) = read(stamped.note.description)
            else {
                audit.add(.wrongTimestamp(number))
                continue
            }
            claim(checkpoint, .timestamp(number))
            audit.timestamps += 1
            audit.lastTimestamp = max(audit.lastTimestamp ?? time, time)
        }
    }

    private mutating func tellOfUnsigned() throws {
        guard !audit.keys.isEmpty else { return }
        let upgraded = Int(clamping: try HeadTable.State.imported(table.db)[HeadTable.State.leaves] ?? 0)
        if signedBefore < upgraded {
            audit.notes.append(
                "leaves \(signedBefore) to \(upgraded - 1) are of an older program, which signed only at the end of a run: these it had not signed."
            )
        }
        let signed = max(audit.signed, min(upgraded, audit.size))
        if signed < audit.size { unsigned.insert(signed..<audit.size) }
        for range in unsigned.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) })
        {
            audit.add(.unsignedLeaves(range))
        }
        let before = try Int.fetchOne(
            table.db,
            sql: """
                SELECT count(*) FROM leaf WHERE is_witnessed AND number < (SELECT min(number) FROM leaf WHERE kind = 'key')
                """)
        if let before, before > 0 {
            audit.notes.append(
                "\(before) \(before == 1 ? "leaf was" : "leaves were") written before there was a key: nobody had signed then."
            )
        }
    }

    private struct Refusal: Error {
        var reason: EvidenceFault.Reason
    }

    private func read(_ text: String) -> Result<Checkpoint, Refusal> {
        guard let note = SignedNote(text), let checkpoint = Checkpoint(note.text) else {
            return .failure(Refusal(reason: .unreadable))
        }
        guard checkpoint.origin == audit.origin else {
            return .failure(Refusal(reason: .foreign(checkpoint.origin)))
        }
        guard audit.keys.contains(where: { note.isSigned(by: $0.key) }) else {
            return .failure(Refusal(reason: .unsigned))
        }
        return .success(checkpoint)
    }

    private mutating func claim(_ checkpoint: Checkpoint, _ claimant: Claimant) {
        claims[checkpoint.size, default: []].append((checkpoint.root, claimant))
    }

    /// From the rows to the root, with all claims on the way.
    mutating func recompute(_ file: LeafFile, upTo end: UInt64) throws {
        var frontier = TreeFrontier()
        var hashes: [SHA256Digest] = []
        var expected = 0
        compareClaims(frontier)
        try table.leaves { leaf in
            // What comes after a hole stands in the wrong place from there on.
            if leaf.number != expected { audit.add(.missingLeaf(expected)) }
            expected = leaf.number &+ 1
            let hash = try check(leaf)
            frontier.append(hash)
            hashes.append(hash)
            compareClaims(frontier)
        }
        (audit.size, audit.root) = (frontier.size, frontier.root)
        audit.unwitnessed =
            try Int.fetchOne(table.db, sql: "SELECT count(*) FROM leaf WHERE NOT is_witnessed") ?? 0
        if try table.frontier() != frontier { audit.add(.wrongFrontier) }
        try tellOfUnsigned()
        for (size, claimants) in claims where size > frontier.size {
            for (_, claimant) in claimants {
                blame(claimant, .longer(leaves: size, here: frontier.size))
            }
        }
        compare(file, upTo: end, hashes)
    }

    /// The hash that is kept: where the record is another one, that is told once, and the tree is judged by itself.
    private mutating func check(_ leaf: KeptLeaf) throws -> SHA256Digest {
        guard let bytes = leaf.bytes else {
            audit.add(.missingRecord(leaf: leaf.number, leaf.kind, row: leaf.row))
            return SHA256Digest(hex: leaf.hash) ?? TreeHash.empty
        }
        let hash = TreeHash.leaf(bytes)
        if leaf.kind == .proof { try checkReadings(leaf) }
        guard hash.hex != leaf.hash || leaf.hasOtherFacts else { return hash }
        audit.add(.changedRecord(leaf: leaf.number, leaf.kind, row: leaf.row))
        return SHA256Digest(hex: leaf.hash) ?? hash
    }

    private mutating func compareClaims(_ frontier: TreeFrontier) {
        for (root, claimant) in claims[frontier.size] ?? [] where root != frontier.root {
            blame(claimant, .otherRoot(leaves: frontier.size))
        }
    }

    private mutating func blame(_ claimant: Claimant, _ reason: EvidenceFault.Reason) {
        switch claimant {
        case .own(let number): audit.add(.wrongCheckpoint(number: number, reason))
        case .head: audit.add(.wrongHead(reason))
        case .timestamp(let number): audit.add(.wrongTimestamp(number))
        case .outside(let source): audit.add(.wrongWitness(source: source, reason))
        }
    }

    private mutating func compare(_ file: LeafFile, upTo end: UInt64, _ hashes: [SHA256Digest]) {
        var lines = 0
        let isRead: Void? = try? file.forEachLine(upTo: end) { number, line in
            lines = number + 1
            guard number < hashes.count, TreeHash.leaf(Array(line)) != hashes[number] else { return }
            audit.add(.wrongLine(leaf: number))
        }
        guard isRead != nil else { return }
        audit.inFile = lines
        if lines > hashes.count { audit.add(.shorterThanFile(leaves: hashes.count, inFile: lines)) }
    }
}
