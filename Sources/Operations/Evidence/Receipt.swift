// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import History

/// What was shown of the objects of one backup, signed, for whoever has the objects.
public struct Receipt: Sendable {
    /// An envelope as JSON on one line.
    public let bytes: [UInt8]
    /// What somebody has to know who takes it for a good word; nil where it is one.
    public let caution: String?

    /// Nil where no object's digest is kept any more.
    init?(_ leaf: RecordedLeaf, _ history: HistoryDatabase, _ key: SigningKey) throws {
        let subjects = try history.subjects(of: leaf)
        guard !subjects.isEmpty else { return nil }
        let statement = ReceiptStatement(leaf.kind, leaf.document, subjects: subjects)
        caution = Self.caution(leaf, sound: subjects.count)
        bytes = Envelope(statement.bytes, type: ReceiptStatement.payloadType, by: key).bytes
    }

    private static func caution(_ leaf: RecordedLeaf, sound: Int) -> String? {
        let body = leaf.document["body"]
        if case .text(let verdict)? = body?["verdict"], verdict != Verdict.verified.rawValue {
            return
                "warning: this backup is '\(verdict)': the receipt says so, and has only the \(Units.count(sound, "object")) found sound."
        }
        if case .number(let status)? = body?["exitStatus"], status != 0 {
            return "warning: this trial restore ended with \(status): the receipt says so."
        }
        return nil
    }
}

/// Writes the receipt of one record.
public struct WriteReceipt: Sendable {
    /// Of which record a receipt is wanted.
    public enum Record: Sendable, Equatable {
        /// The newest proof of the backup with this label; the place says which one, when several have it.
        case backup(label: String, place: String?)
        case trial(TrialID)
    }

    private let history: HistoryDatabase
    private let key: SigningKey

    /// Opens the history, making it where there is none; throws without the key that signs for it.
    public init(_ path: String?, _ context: OperationContext) throws {
        (history, key) = try EvidenceKey.signing(path, context)
    }

    /// Throws where there is no such record, or no object of it with a digest.
    public func receipt(of record: Record) throws -> Receipt {
        guard let leaf = try history.leaf(of: record), let receipt = try Receipt(leaf, history, key) else {
            throw OperationError.nothingRecorded(
                "record of it with digests",
                hints: ["`pg_backctl history backups` and `history trials` show what there is."])
        }
        return receipt
    }
}

extension HistoryDatabase {
    fileprivate func leaf(of record: WriteReceipt.Record) throws -> RecordedLeaf? {
        switch record {
        case .backup(let label, let place): try newestProofLeaf(label: label, place: place)
        case .trial(let trial): try leaf(.trial, trial.value)
        }
    }
}
