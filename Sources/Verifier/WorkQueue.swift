// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import ObjectStore
import Threads

/// The backups of a run, cut into pieces that threads take one by one.
///
/// A thread that finds no piece opens the next backup, so a large object that only one thread can read does
/// not keep the others idle. A backup's report is handed out when it is in the history.
final class WorkQueue: Sendable {
    private struct State {
        var unopened: ArraySlice<BackupVerification>
        var ready: ArraySlice<WorkPiece> = []
        var opened = 0
        var concluded = 0
        /// Incremental backups of which nothing but the verdict on their parents is open.
        var waiting: [BackupVerification] = []
        var stop: EarlyEnd?
        var reports: [BackupReport] = []
    }

    private enum Job {
        case open(BackupVerification)
        case piece(WorkPiece)
        case children([BackupVerification])
        case end
    }

    private let monitor: Monitor<State>
    private let observer: (any VerificationObserver)?

    init(_ backups: [BackupVerification], observer: (any VerificationObserver)?) {
        monitor = Monitor(State(unopened: backups[...]))
        self.observer = observer
    }

    /// What a run ends with: the reports so far, and why it stopped early, if it did.
    var outcome: (reports: [BackupReport], stop: EarlyEnd?) {
        monitor.withState { ($0.reports, $0.stop) }
    }

    /// Works until nothing is left; called by every thread of the run.
    func work() {
        while true {
            do throws(EarlyEnd) {
                switch next() {
                case .end: return
                case .open(let backup): try open(backup)
                case .piece(let piece): try perform(piece)
                case .children(let backups): for backup in backups { try conclude(backup) }
                }
            } catch {
                monitor.withState { $0.stop = $0.stop ?? error }
            }
        }
    }

    private func next() -> Job {
        monitor.wait { state in
            if state.stop != nil { return .end }
            if let piece = state.ready.popFirst() { return .piece(piece) }
            if let backup = state.unopened.popFirst() {
                state.opened += 1
                return .open(backup)
            }
            guard state.concluded + state.waiting.count == state.opened else { return nil }
            if state.waiting.isEmpty { return .end }
            defer { state.waiting = [] }
            return .children(state.waiting.sorted { ($0.parentStart ?? 0) < ($1.parentStart ?? 0) })
        }
    }

    private func open(_ backup: BackupVerification) throws(EarlyEnd) {
        observer?.backupStarted(backup.meter)
        let pieces = try backup.open()
        if pieces.isEmpty { return try sumUp(backup) }
        monitor.withState { $0.ready += pieces }
    }

    private func perform(_ piece: WorkPiece) throws(EarlyEnd) {
        if piece.backup.context.cancellation.isRequested { throw .interrupted }
        let results = try piece.perform()
        if try piece.backup.gather(results) { try sumUp(piece.backup) }
    }

    /// A parent starts before its children: told in that order, each verdict can rest on those before it.
    private func sumUp(_ backup: BackupVerification) throws(EarlyEnd) {
        try backup.sumUp()
        guard backup.parentStart != nil else { return try conclude(backup) }
        monitor.withState { $0.waiting.append(backup) }
    }

    private func conclude(_ backup: BackupVerification) throws(EarlyEnd) {
        let report = try backup.conclude()
        observer?.backupFinished(report)
        monitor.withState { state in
            state.reports.append(report)
            state.concluded += 1
        }
    }
}
