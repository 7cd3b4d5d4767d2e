// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics

/// A restore for trial: everything but the switch, and then away with it.
extension RestoreWork {
    mutating func rehearse(keepsFailed: Bool) -> Rehearsal {
        let target: any RestoreTarget
        do { target = try open() } catch {
            return Rehearsal(report: report, failure: error, cleanUp: .removed)
        }
        var failure: (any Error)?
        do { try bringUpAndAsk(target) } catch { failure = settled(error, target) }
        report.systemIdentifier = try? DataDirectory(target.data).control().systemIdentifier
        let isKept = keepsFailed && (failure != nil || report.checks.contains(where: \.isFailure))
        let cleanUp = isKept ? Rehearsal.CleanUp.kept : takeAway(target)
        return Rehearsal(report: report, failure: failure, cleanUp: cleanUp)
    }

    private mutating func bringUpAndAsk(_ target: any RestoreTarget) throws {
        try sumPages(target, try bringUp(target))
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
