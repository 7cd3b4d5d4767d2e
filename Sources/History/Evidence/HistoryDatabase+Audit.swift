// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
public import Evidence
import GRDB

extension HistoryDatabase {
    /// Recomputes the tree from the rows, and holds it against all that was signed of it, here and elsewhere.
    ///
    /// `witnesses` are signed notes from outside, `receipts` envelopes, each with the name of where it comes from.
    ///
    /// Everything is read from one state of the history.
    public func audit(
        _ witnesses: [(source: String, note: String)] = [], receipts: [(source: String, bytes: [UInt8])] = []
    ) throws -> EvidenceAudit {
        let origin = try origin()
        // Before the rows are read: others may write on, and the file is never ahead of what is committed.
        let file = LeafFile(of: files)
        let end = file.size
        return try read { db in
            var auditing = Auditing(try LeafTable(db), origin: origin)
            try auditing.checkFile()
            guard auditing.audit.faultsFound == 0 else { return auditing.audit }
            try auditing.readKeys()
            try auditing.readCheckpoints(witnesses)
            try auditing.readTimestamps()
            try auditing.recompute(file, upTo: end)
            try auditing.compare(receipts)
            try auditing.lookForUnhashed()
            try auditing.lookForLateImports()
            try auditing.compareImports()
            try auditing.lookForStrayPins()
            try auditing.lookForMissingStarts()
            return auditing.audit
        }
    }
}
