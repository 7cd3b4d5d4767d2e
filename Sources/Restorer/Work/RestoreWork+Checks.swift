// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import PrivatePostgres

/// What a recovered cluster is asked, of a trial or of `restore --check`.
extension RestoreWork {
    /// Asks a server that has just been looked into.
    func ask(
        _ connection: ServerConnection, _ target: any RestoreTarget, _ version: Int
    ) throws(RestoreError) -> ClusterAnswers {
        guard let questions = world.questions else { return ClusterAnswers() }
        let observer = world.observer
        observer.began(.checks, bytes: nil)
        let session = try CheckSession(
            connection, dataDirectory: target.data, major: version, cancellation: world.cancellation)
        return try questions.ask(session, backupEnd: plan.time?.timestamp ?? world.clock.now) {
            observer.asking($0)
        }
    }

    /// Keeps what was answered.
    mutating func note(_ answers: ClusterAnswers) {
        (report.checks, report.newestData) = (answers.results, answers.newestData)
        (report.serverVersion, report.baseline) = (answers.serverVersion, answers.baseline)
    }

    /// How long it took to ask, where anybody asked.
    mutating func addChecks(seconds: Double) throws {
        guard world.questions != nil else { return }
        try add([RestorePhase(.checks, seconds: seconds)])
    }

    /// Sums the pages after the server was stopped in good order.
    mutating func sumPages(_ target: any RestoreTarget, _ version: Int) throws {
        guard world.questions?.builtIn.pages == true else { return }
        let watch = Stopwatch()
        world.observer.began(.checks, bytes: nil)
        world.observer.asking(StoppedPages.name)
        let control = try DataDirectory(target.data).control()
        let host = try host(
            target, try binaries(version, needed: plan.neededPrograms), try launcher())
        let pages = StoppedPages(
            dataDirectory: target.data, tablespaces: target.stagedTablespaces,
            hasChecksums: control.hasPageChecksums, host: host, scratch: try target.scratch("pages"),
            cancellation: world.cancellation)
        report.checks.append(try pages.check())
        try target.discard("pages")
        try add([RestorePhase(.checks, seconds: watch.seconds)])
    }

    /// Goes no further where a check says that the cluster is not what it should be; what was recovered is kept.
    func requireChecks() throws(RestoreError) {
        let failed = report.checks.filter(\.isFailure)
        guard !failed.isEmpty else { return }
        throw .checksFailed(failed)
    }
}
