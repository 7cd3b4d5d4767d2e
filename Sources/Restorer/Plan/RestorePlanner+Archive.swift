// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore
import PrivatePostgres
import WALArchive

extension RestorePlanner {
    /// Looks at what the archive holds behind the backup, and puts it into the plan; does nothing without one.
    ///
    /// A server that this restore starts will need the archive, so one that cannot be read ends it here. One that
    /// the user's own server will need may be out of reach from here.
    func look(at facts: BackupFacts, _ plan: inout RestorePlan) throws(RestoreError) {
        guard let wal else { return }
        guard let size = facts.segmentSize, let end = facts.endOfWAL else {
            plan.archive = .unknown("the backup does not say where in the WAL it lies")
            return
        }
        let archive = WALArchive(
            wal.store, segmentSize: size, allowsUnfinished: plan.request.allowsUnfinished,
            cancellation: cancellation)
        do throws(WALArchiveError) { try look(into: archive, size, from: end, &plan) } catch {
            if case .interrupted(let status) = error { throw .interrupted(status) }
            guard plan.request.startsServer else { return plan.archive = .unknown(error.message) }
            throw .archiveFailed(
                "looking at the archive of WAL", reason: error.message,
                hint: error.hints.first ?? "is the archive reachable?")
        }
    }

    private func look(
        into archive: WALArchive, _ size: UInt32, from end: WALPlace, _ plan: inout RestorePlan
    ) throws(WALArchiveError) {
        let view = try WALArchiveView.look(
            into: archive, from: end, plan.facts, Self.choice(plan), stop: plan.request.goal.stop,
            segmentSize: size, details: details(plan.request))
        plan.timelines = view.timelines
        if case .ask = view.timelines.outcome { return plan.archive = .undecided }
        guard let way = view.ways.first else { return plan.archive = .noRoute }
        (plan.archive, plan.window) = (.holds(way.outlook), way.window)
    }

    /// A local archive is read for tablespaces; from any other that would take as long as recovery itself.
    private func details(_ request: RestoreRequest) -> RecoverableWindow.Details {
        var details: RecoverableWindow.Details = request.showsRestorePoints ? .restorePoints : []
        if wal?.store.isLocal == true, request.goal.target != .endOfBackup { details.insert(.tablespaces) }
        return details
    }

    /// The tablespaces that the backup's WAL makes, and what the archive's does.
    func tablespacesMade(
        _ plan: RestorePlan
    ) throws(RestoreError) -> [RecoverableWindow.Tablespace] {
        do throws(ObjectStoreError) {
            let own = try BackupWAL(backup: plan.backup, store: store).tablespaces() ?? []
            let archived = plan.window?.tablespaces ?? []
            return own + archived.filter { !own.contains($0) }
        } catch { throw .unreadable(error) }
    }

    /// A standby follows whatever its primary does, and for the end of the backup there is nothing to choose.
    private static func choice(_ plan: RestorePlan) -> TimelineChoice? {
        if let timeline = plan.request.goal.timeline { return timeline }
        if plan.request.isStandby { return .latest }
        guard plan.request.goal.target == .endOfBackup else { return nil }
        return plan.request.goal.timelineSetting(endingOn: plan.ranges.map(\.timeline))
    }
}

extension BackupFacts {
    /// Where the WAL ends that makes the backup consistent, or begins, where nothing says more.
    var endOfWAL: WALPlace? {
        if let last = manifest?.walRanges.max(by: { ($0.timeline, $0.end) < ($1.timeline, $1.end) }) {
            return WALPlace(last.end, on: last.timeline)
        }
        return backupLabel.map { WALPlace($0.start, on: $0.timeline) }
    }
}
