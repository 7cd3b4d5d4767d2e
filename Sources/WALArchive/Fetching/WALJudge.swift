// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats

/// Says what the bytes of a file of WAL amount to, once they have been read.
struct WALJudge {
    var object: ObjectName
    var file: ArchivedWALFile
    var archive: WALExpectations

    /// `fault` is what ended the unpacking early; `sha1` what the name promises.
    func conclude(
        _ content: WALContent, _ fault: ArchiveError?, sha1: String?
    ) throws(WALArchiveError) -> WALDelivery {
        if let failure = content.failure { throw failure }
        var delivery = WALDelivery(file: file, object: object, size: content.count)
        if let fault, !content.hasStopped {
            guard !passes(content, damaged(fault), &delivery) else { return delivery }
            try take(
                damaged(fault), content.end(isCutShort: true), isEnd: fault.reason == .truncated, &delivery)
            return delivery
        }
        switch content.verdict() {
        case .sound(let facts)?: delivery.facts = facts
        case .unfinished(let facts, let end)?:
            (delivery.facts, delivery.endsAt, delivery.fault) = (facts, end, unfinished(end))
        case .faulty(let fault, let offset)?:
            guard !passes(content, damaged(fault, offset), &delivery) else { return delivery }
            try take(damaged(fault, offset), content.end(), &delivery)
        case nil:
            if let fault = content.textFault() { throw damaged(fault) }
        }
        guard delivery.fault == nil else { return delivery }
        delivery.sha1 = content.sha1Digits
        guard sha1 == nil || sha1 == delivery.sha1 else {
            throw .damaged(
                object, place: "its SHA-1", expected: sha1 ?? "", found: delivery.sha1 ?? "nothing",
                hint: Self.copyHint)
        }
        return delivery
    }

    /// Keeps what is wrong where the recovery that the segment is for ends before it.
    private func passes(
        _ content: WALContent, _ fault: WALArchiveError, _ delivery: inout WALDelivery
    ) -> Bool {
        guard let goal = archive.goal, let end = content.end(behind: goal) else { return false }
        (delivery.facts, delivery.endsAt, delivery.fault) = (end.facts, end.position, fault)
        delivery.isBehindGoal = true
        return true
    }

    /// Keeps what is wrong where WAL can have ended there, else throws it.
    private func take(
        _ fault: WALArchiveError, _ end: WALSegmentEnd?, isEnd: Bool = true, _ delivery: inout WALDelivery
    ) throws(WALArchiveError) {
        guard isEnd, let end else { throw fault }
        (delivery.facts, delivery.endsAt, delivery.fault) = (end.facts, end.position, fault)
    }

    private func unfinished(_ end: LogSequenceNumber) -> WALArchiveError {
        .damaged(
            object, place: "\(end)", expected: "records up to the end of the segment",
            found: "zeros from there on",
            hint:
                "was it copied from a server that was stopped, as the last of its WAL? "
                + "--allow-unfinished hands it over.")
    }

    private func damaged(_ fault: WALFault, _ offset: UInt64) -> WALArchiveError {
        .damaged(
            object, place: "byte \(offset) (\(fault.position))", expected: fault.expected,
            found: fault.found,
            hint: fault.kind == .foreign
                ? "is this the archive of another cluster?" : Self.copyHint)
    }

    private func damaged(_ fault: ArchiveError) -> WALArchiveError {
        .damaged(
            object, place: "byte \(fault.offset)\(fault.inDecoded ? " of the unpacked file" : "")",
            expected: fault.expected, found: fault.found, hint: fault.hints.first ?? Self.copyHint)
    }

    private func damaged(_ fault: FormatError) -> WALArchiveError {
        let place = if case .invalidFile(_, let place, _, _) = fault { place } else { "its beginning" }
        return .damaged(
            object, place: place, expected: fault.expected, found: fault.found, hint: Self.copyHint)
    }

    private static let copyHint = "is there another copy: on a standby, in another archive, in pg_wal?"
}
