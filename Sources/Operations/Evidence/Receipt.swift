// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import History

/// What was shown of the objects of one backup, signed, for whoever has the objects.
struct Receipt {
    /// An envelope as JSON.
    let bytes: [UInt8]

    /// Nil where no object's digest is kept any more.
    init?(_ leaf: RecordedLeaf, _ history: HistoryDatabase, _ key: SigningKey) throws {
        let subjects = try history.subjects(of: leaf)
        guard !subjects.isEmpty else { return nil }
        let statement = ReceiptStatement(leaf.kind, leaf.document, subjects: subjects)
        bytes = Envelope(statement.bytes, type: ReceiptStatement.payloadType, by: key).bytes
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

    /// An envelope as JSON on one line.
    public func receipt(of record: Record) throws -> [UInt8] {
        guard let leaf = try history.leaf(of: record), let receipt = try Receipt(leaf, history, key) else {
            throw OperationError.nothingFound(
                "record with digests",
                hints: ["`pg_backctl history backups` and `history trials` show what there is."])
        }
        return receipt.bytes
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
