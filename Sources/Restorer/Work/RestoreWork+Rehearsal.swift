// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import PrivatePostgres

/// A restore for trial: everything but the switch, and then away with it.
extension RestoreWork {
    mutating func rehearse(keepsFailed: Bool) -> Rehearsal {
        let target: any RestoreTarget
        do { target = try open() } catch {
            return Rehearsal(report: report, failure: error, cleanUp: .removed)
        }
        var failure: (any Error)?
        do { try lookAfterStop(target, try bringUp(target)) } catch { failure = settled(error, target) }
        let isKept = keepsFailed && (failure != nil || report.checks.contains(where: \.isFailure))
        let cleanUp = isKept ? Rehearsal.CleanUp.kept : takeAway(target)
        return Rehearsal(report: report, failure: failure, cleanUp: cleanUp)
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

    /// Asks a server that has just been looked into.
    func ask(_ connection: ServerConnection, _ server: PrivateServer) throws(RestoreError) -> [CheckResult] {
        guard let questions = world.questions else { return [] }
        world.observer.began(.checks, bytes: nil)
        let observer = world.observer
        return try questions.ask(
            AskedServer(
                connection: connection, majorVersion: server.host.major,
                cancellation: world.cancellation, noted: { observer.noted($0) }))
    }

    private mutating func lookAfterStop(_ target: any RestoreTarget, _ version: Int) throws {
        guard let questions = world.questions else { return }
        let binaries = try binaries(version, needed: plan.neededPrograms)
        let files = StoppedCluster(
            data: target.data, tablespaces: target.stagedTablespaces,
            host: ThisMachine(binaries, try launcher(), confinement: nil), cancellation: world.cancellation)
        try phase(.checks) { report.checks += try questions.look(at: files) }
    }
}
