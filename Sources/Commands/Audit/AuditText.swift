// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Evidence
import Operations

/// What an audit came to, as people read it.
struct AuditText {
    private let audit: EvidenceAudit
    private let root: String

    init(_ audited: AuditedHistory) { (audit, root) = (audited.audit, audited.root) }

    var lines: [String] {
        let others = audit.faultsFound - audit.faults.count
        let more = others > 0 ? ["WRONG  and \(Units.count(others, "other place"))"] : []
        return facts + audit.faults.map { "WRONG  \(shown($0.message))" } + more
            + audit.notes.map { "NOTE   \(shown($0))" } + limits + [verdict]
    }

    private var facts: [String] {
        [
            "history      \(audit.origin)",
            "leaves       \(audit.size)\(audit.unwitnessed > 0 ? ", of which \(audit.unwitnessed) were there before there was a tree: imported, not witnessed" : "")",
            "root         \(root)",
            "signed       \(audit.signed) of them, by \(Units.count(audit.checkpoints, "checkpoint"))",
            "file         \(audit.inFile.map { "\($0) leaves" } ?? "not there: it is made by the next run")",
        ] + keys + stamps
            + (audit.receipts > 0 ? ["receipts     \(audit.receipts), as the records are"] : [])
            + audit.witnesses.sorted().map { "witness      a checkpoint of \($0) leaves" }
    }

    private var stamps: [String] {
        audit.lastTimestamp.map {
            ["timestamps   \(audit.timestamps), the last of \($0): `openssl ts -verify` says by whom"]
        } ?? []
    }

    private var keys: [String] {
        let newest = audit.keys.last?.key
        return audit.keys.map { "\($0.key == newest ? "key          " : "key before   ")\($0.key)" }
    }

    private var limits: [String] {
        var lines: [String] = []
        if audit.pruned > 0 {
            lines.append(
                "NOTE   of \(Units.count(audit.pruned, "proof")) readings were pruned: what they were stands in the hash alone."
            )
        }
        if audit.notImported > 0 {
            lines.append(
                "NOTE   \(audit.notImported) records of before there was a tree are not in it yet: the next run imports them."
            )
        }
        if let inFile = audit.inFile, inFile < audit.size {
            lines.append(
                "NOTE   the file of leaves lacks the last \(audit.size - inFile) of them: the next run catches up, if it can write there."
            )
        }
        if audit.signed < audit.size, audit.keys.isEmpty {
            lines.append(
                "NOTE   \(audit.size - audit.signed) leaves are signed by nobody: no key has signed here yet."
            )
        }
        if audit.witnesses.isEmpty && !audit.isContradicted {
            lines.append(
                "NOTE   no outside witness: without a later checkpoint (--checkpoint FILE) nobody sees that the last records were cut off or an older history was put back."
            )
        }
        return lines
    }

    private var verdict: String {
        if audit.size == 0 { return "nothing is recorded yet" }
        let signed = audit.signed == 0 ? "; none of that is signed" : " and signed"
        return audit.faultsFound == 0
            ? "all records are as they were hashed\(signed)"
            : "the history was changed: \(Units.count(audit.faultsFound, "contradiction"))"
    }
}

/// `pg_backctl.audit/1`: what an audit came to.
struct AuditDocument: Encodable {
    let schema = "pg_backctl.audit/1"
    var exitStatus: Int32
    var history, root: String
    var leaves, unwitnessed, signed, checkpoints, receipts, pruned, faultsFound: Int
    var inFile: Nullable<Int>
    var timestamps: Int
    var lastTimestamp: Nullable<Timestamp>
    var witnesses: [Int]
    var keys, faults, notes: [String]

    init(_ audited: AuditedHistory) {
        let audit = audited.audit
        exitStatus = audited.exitStatus.rawValue
        (history, root) = (audit.origin, audited.root)
        (leaves, unwitnessed, signed) = (audit.size, audit.unwitnessed, audit.signed)
        (checkpoints, receipts) = (audit.checkpoints, audit.receipts)
        (pruned, faultsFound) = (audit.pruned, audit.faultsFound)
        (inFile, witnesses) = (Nullable(audit.inFile), audit.witnesses)
        (timestamps, lastTimestamp) = (audit.timestamps, Nullable(audit.lastTimestamp))
        (keys, faults) = (audit.keys.map(\.key.description), audit.faults.map(\.message))
        notes = audit.notes
    }
}

/// `pg_backctl.audit.checkpoint/1`: the newest signed note.
struct CheckpointDocument: Encodable {
    let schema = "pg_backctl.audit.checkpoint/1"
    var exitStatus: Int32
    var checkpoint: Nullable<String>

    init(_ note: String?, _ status: ExitStatus) {
        (checkpoint, exitStatus) = (Nullable(note), status.rawValue)
    }
}

/// `pg_backctl.audit.bundle/1`: what was written.
struct BundleDocument: Encodable {
    let schema = "pg_backctl.audit.bundle/1"
    var exitStatus = ExitStatus.success.rawValue
    var leaves, firstLeaf, inBundle, receipts: Int
    var files: [String]

    init(_ bundle: EvidenceBundle) {
        (leaves, firstLeaf) = (bundle.size, bundle.leaves.lowerBound)
        (inBundle, receipts) = (bundle.leaves.count, bundle.receipts)
        files = bundle.files.keys.sorted()
    }
}

/// `pg_backctl.audit.keys/1`: the keys that have signed, the newest last.
struct KeysDocument: Encodable {
    let schema = "pg_backctl.audit.keys/1"
    var exitStatus: Int32
    var keys: [String]

    init(_ keys: [VerifierKey], _ status: ExitStatus) {
        (self.keys, exitStatus) = (keys.map(\.description), status.rawValue)
    }
}
