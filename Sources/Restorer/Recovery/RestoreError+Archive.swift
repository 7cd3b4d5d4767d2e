// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import PrivatePostgres
import WALArchive

extension RestoreError {
    /// What the failure of a recovery is, with what the server of WAL knows: PostgreSQL only says that its command failed.
    func blaming(_ report: WALServerReport) -> RestoreError {
        switch self {
        case .failed(let step, let reason, let hint):
            Self.outside(report, step, reason, hint)
                ?? .failed(
                    step, reason: [reason, Self.trouble(report)].compactMap(\.self).joined(separator: "; "),
                    hint: report.firstFailure?.hints.first ?? hint)
        case .targetMissed(let missed):
            Self.outside(report, missed.missed.step, missed.missed.reason(), missed.missed.hint)
                ?? .targetMissed(missed.blaming(report))
        default: self
        }
    }

    /// What is no fault of the WAL; nil when there was none.
    private static func outside(
        _ report: WALServerReport, _ step: String, _ reason: String, _ hint: String
    ) -> RestoreError? {
        switch report.firstFailure {
        case nil: return nil
        case .noRoom(let path, let reason): return .noSpace(path, needed: "more", available: reason)
        case .unplaced(let tablespace, _): return .tablespaceUnplaced(tablespace)
        case .some(let failure):
            guard !failure.isDamage else { return nil }
            return .archiveFailed(
                step, reason: "\(reason); \(trouble(report) ?? "")", hint: failure.hints.first ?? hint)
        }
    }

    fileprivate static func trouble(_ report: WALServerReport) -> String? {
        if let failure = report.firstFailure {
            return "before that, the archive of WAL failed: \(failure.message)"
        }
        guard let absent = report.lastAbsent, report.lastSegment != absent else { return nil }
        return "the archive has no '\(absent)'"
    }
}

extension MissedTargetReport {
    fileprivate func blaming(_ report: WALServerReport) -> MissedTargetReport {
        var missed = self
        missed.passed.add(report.passed)
        missed.archive = RestoreError.trouble(report).map {
            WALArchiveTrouble(words: $0, hint: report.firstFailure?.hints.first)
        }
        return missed
    }
}
