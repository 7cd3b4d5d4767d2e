// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics

/// A restore for trial: everything but the switch, and then away with it.
extension RestoreWork {
    mutating func rehearse(keeping: Rehearsal.Keeping) -> Rehearsal {
        isRehearsal = true
        let target: any RestoreTarget
        do { target = try open() } catch {
            return Rehearsal(report: report, failure: error, cleanUp: .removed)
        }
        var (failure, cluster) = ((any Error)?.none, RehearsedCluster?.none)
        do {
            let version = try bringUp(target)
            try sumPages(target, version)
            if keeping == .all { cluster = try finished(target, version) }
        } catch { failure = settled(error, target) }
        report.systemIdentifier = try? DataDirectory(target.data).control().systemIdentifier
        let hasFailed = failure != nil || report.checks.contains(where: \.isFailure)
        let isKept = cluster != nil || keeping != .nothing && hasFailed
        let cleanUp = isKept ? Rehearsal.CleanUp.kept : takeAway(target)
        var rehearsal = Rehearsal(report: report, failure: failure, cleanUp: cleanUp)
        rehearsal.cluster = cluster
        return rehearsal
    }

    /// What a restore can place; nil where a check says that nobody should.
    private func finished(_ target: any RestoreTarget, _ version: Int) throws(RestoreError)
        -> RehearsedCluster?
    {
        guard let outcome = report.recovery, !report.checks.contains(where: \.isFailure) else { return nil }
        try noteArchived(target)
        try target.discardPristine()
        try target.sync()
        return try RehearsedCluster(
            target, of: plan.backup.place(inStoreAt: plan.store), request.owner, version, outcome)
    }

    private mutating func takeAway(_ target: any RestoreTarget) -> Rehearsal.CleanUp {
        let watch = Stopwatch()
        world.observer.began(.cleanUp, bytes: nil)
        defer { report.phases.append(RestorePhase(.cleanUp, seconds: watch.seconds)) }
        do {
            try target.remove()
            return .removed
        } catch { return .failed(error.message) }
    }
}
