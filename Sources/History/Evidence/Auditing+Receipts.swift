// SPDX-License-Identifier: Apache-2.0
import Digests
import Evidence
import GRDB

extension Auditing {
    /// Whether receipts are signed by a key of the history, and tell of leaves as they are.
    mutating func compare(_ receipts: [(source: String, bytes: [UInt8])]) throws {
        for receipt in receipts {
            if let reason = try fault(of: receipt.bytes) {
                audit.add(.wrongReceipt(source: receipt.source, reason))
            } else {
                audit.receipts += 1
            }
        }
    }

    private func fault(of receipt: [UInt8]) throws -> EvidenceFault.Reason? {
        guard let envelope = Envelope(receipt), envelope.payloadType == ReceiptStatement.payloadType,
            let leaf = ReceiptStatement.leaf(in: envelope.payload)
        else { return .unreadable }
        guard audit.keys.contains(where: { envelope.isSigned(by: $0.key) }) else { return .unsigned }
        let isThere = try Bool.fetchOne(
            table.db, sql: "SELECT EXISTS (SELECT 1 FROM leaf WHERE hash = ?)",
            arguments: [TreeHash.leaf(leaf).hex])
        return isThere == true ? nil : .noSuchLeaf
    }
}
