// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Planning

extension RetentionJudgement.Reason {
    /// Why a backup stays, as people read it.
    var words: String {
        switch self {
        case .kept(let span): "the newest proven one of \(span.unit.rawValue) \(span.begins)"
        case .amongTheLast(1): "the last proven backup"
        case .amongTheLast(let count): "one of the last \(Units.count(count, "proven backup"))"
        case .carries(let labels):
            "\(labels.joined(separator: ", ")) build\(labels.count == 1 ? "s" : "") on it"
        case .ofKeptChain(let label): "it belongs to the chain of \(label), which stays"
        case .marked(let until): "marked to be kept\(until.map { " until \($0)" } ?? "")"
        case .tampered: "it was tampered with, and is evidence"
        case .uploading: "it may be still on its way"
        case .notProvenYet: "newer than the newest proven backup, and not proven yet"
        case .unknown: "no such backup is there"
        }
    }

    /// In words that stay the same.
    var code: String {
        switch self {
        case .kept: "kept"
        case .amongTheLast: "among-the-last"
        case .carries: "carries-others"
        case .ofKeptChain: "of-kept-chain"
        case .marked: "marked"
        case .tampered: "tampered"
        case .uploading: "uploading"
        case .notProvenYet: "not-proven-yet"
        case .unknown: "unknown"
        }
    }
}

extension RetentionJudgement.Prunable.Reason {
    /// Why a backup may go, as people read it.
    var words: String {
        switch self {
        case .notNeeded: "enough others are kept"
        case .damaged: "damaged"
        case .unfinished: "an upload that did not come to its end"
        case .neverProven: "never proven, and newer ones have been"
        case .orphan: "what it builds on is not there"
        }
    }
}

/// Why a backup stays.
struct KeepReasonNode: Encodable {
    var code, words: String

    init(_ reason: RetentionJudgement.Reason) { (code, words) = (reason.code, reason.words) }
}

/// `pg_backctl.gate.delete/1`: whether backups may be deleted together.
struct GateDeleteDocument: Encodable {
    let schema = "pg_backctl.gate.delete/1"
    var exitStatus: Int32
    var location: String
    var backups: [Node]

    struct Node: Encodable {
        var label: String
        var mayBeDeleted: Bool
        var reasons: [KeepReasonNode]
    }

    init(
        _ labels: [String], _ refusals: [String: [RetentionJudgement.Reason]], _ location: String,
        _ status: ExitStatus
    ) {
        (exitStatus, self.location) = (status.rawValue, location)
        backups = labels.map { label in
            let reasons = refusals[label] ?? []
            return Node(
                label: label, mayBeDeleted: reasons.isEmpty, reasons: reasons.map(KeepReasonNode.init))
        }
    }
}

/// `pg_backctl.gate.prune/1`: what may be deleted, in the order in which it may go, and what stays.
struct GatePruneDocument: Encodable {
    let schema = "pg_backctl.gate.prune/1"
    var exitStatus = ExitStatus.success.rawValue
    var location: String
    var prunable: [Prunable]
    var kept: [Kept]

    struct Prunable: Encodable {
        var label, reason: String
        var bytes: UInt64
    }

    struct Kept: Encodable {
        var label: String
        var reasons: [KeepReasonNode]
    }

    init(_ answer: GateAnswer) {
        location = answer.location
        prunable = answer.prunable.map {
            Prunable(label: $0.backup.label, reason: $0.reason.rawValue, bytes: $0.bytes)
        }
        kept = answer.kept.sorted { $0.key < $1.key }.map {
            Kept(label: $0.key, reasons: $0.value.map(KeepReasonNode.init))
        }
    }
}
