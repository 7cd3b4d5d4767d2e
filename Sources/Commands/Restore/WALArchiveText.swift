// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer
import WALArchive

/// What the archive of WAL holds, as people read it.
enum WALArchiveText {
    /// Follows the archive's name.
    static func words(_ plan: RestorePlan) -> String {
        switch plan.archive {
        case nil: ""
        case .unknown(let reason): ", not looked at: \(reason)"
        case .undecided: ": several of its timelines lead on from the backup"
        case .noRoute: ": its timelines do not lead from the backup to the one asked for"
        case .holds(let outlook): ": " + words(outlook) + reach(outlook.endsBefore(plan.request.goal))
        }
    }

    private static func words(_ outlook: WALOutlook) -> String {
        guard let last = outlook.last else {
            return "nothing that follows the backup" + gap(outlook) + own(outlook)
        }
        let count = Units.count(Int(clamping: outlook.segments), "segment")
        let more = outlook.isCut ? " at least" : ""
        let time = outlook.archived.map { ", put there \($0)" } ?? ""
        return
            "\(count)\(more) after the backup\(outlook.gap == nil ? " without a gap" : ""), the last '\(last)' (up to \(outlook.end)\(time))"
            + gap(outlook) + own(outlook)
    }

    private static func gap(_ outlook: WALOutlook) -> String {
        guard let gap = outlook.gap else { return "" }
        let later = Units.count(Int(clamping: gap.later), "later segment")
        return "; then '\(gap.first)' IS MISSING, and behind it are \(later)"
    }

    private static func own(_ outlook: WALOutlook) -> String {
        let total = outlook.own.present &+ outlook.own.missingCount
        return total == 0 ? "" : ", and \(outlook.own.present) of the \(total) that the backup itself needs"
    }

    private static func reach(_ endsBefore: Bool?) -> String {
        endsBefore == true ? "; THE ARCHIVE ENDS BEFORE THE GOAL" : ""
    }
}
