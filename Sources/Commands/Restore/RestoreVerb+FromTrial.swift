// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import PrivatePostgres
import Restorer

/// `restore --from-trial`: the last step alone.
extension RestoreVerb {
    func place(_ trial: TrialID) throws -> ExitStatus {
        try refuseRest()
        let application = try Application(globals, config: configuration.configuration)
        let request = try RestoreRequest(self, application)
        let prepared = try PlaceTrial(
            trial, as: request, try application.existingMemory(), application.context
        ).prepare()
        let terminal = application.terminal
        terminal.say(
            "trial \(trial.value) of \(prepared.cluster.place), recovered to \(prepared.cluster.reached), kept in '\(ObjectName(prepared.trial.start.scratch))'"
        )
        for (identifier, place) in prepared.request.tablespaces.sorted(by: { $0.key < $1.key }) {
            terminal.say("  tablespace \(identifier) to '\(ObjectName(place))'")
        }
        guard !dryRun else { return try end(PlacedDocument(prepared, nil), application) }
        try confirm(request.target, application)
        let report = try prepared.run(observer: RestoreProgress(terminal, total: 0))
        for line in FirstStartText.lines(report) { terminal.say("  \(line)") }
        terminal.say(
            "placed in '\(ObjectName(request.target))': what trial \(trial.value) proved; not running.")
        for line in FirstStartText.lastLines(report, request) { terminal.say(line) }
        return try end(PlacedDocument(prepared, report), application)
    }

    private func end(_ document: PlacedDocument, _ application: Application) throws -> ExitStatus {
        if globals.json { application.terminal.document(try JSONDocument.text(document)) }
        return .success
    }

    /// All that would be decided by them is decided: the trial has recovered it.
    private func refuseRest() throws {
        let backup = source.backup == "latest" ? nil : source.backup
        let words: [(String, String?)] = [
            ("LOCATION", store.location ?? store.store ?? source.url ?? source.path), ("--backup", backup),
            ("--as-of", source.asOf), ("--accept-damage", source.acceptDamage),
            ("--wal-archive", recovery.walArchive), ("a --to-… option", recovery.goal.point),
            ("--timeline", recovery.goal.timeline), ("--check-limit", recovery.checkLimit.checkLimit),
            ("--waldir", target.waldir), ("-I", target.postInit),
        ]
        let flags: [(String, Bool)] = [
            ("--no-start", recovery.noStart), ("--standby", recovery.standby), ("--check", recovery.check),
            ("--no-history", noHistory), ("--restart", target.restart),
            ("--allow-unfinished", recovery.allowUnfinished),
        ]
        let given = words.filter { $0.1 != nil }.map(\.0) + flags.filter(\.1).map(\.0)
        guard let first = given.first else { return }
        throw CommandError.usage(
            "--from-trial places what a trial has recovered, and \(first) has no use there",
            hint: "leave it out, or leave out --from-trial to restore the backup itself.")
    }
}

/// `pg_backctl.restore.from-trial/1`: what was placed, or would be.
struct PlacedDocument: Encodable {
    let schema = "pg_backctl.restore.from-trial/1"
    var exitStatus = ExitStatus.success.rawValue
    var trial: Int64
    var backup, target, scratch, reached: String
    var isPlaced: Bool
    var seconds: Nullable<Double>
    var tablespaces: [Tablespace]
    /// What the restored settings will do at the first start, in sentences; and what was made a comment of.
    var firstStart, takenOut: [RemarkNode]
    var archivingOff: Nullable<ArchivingOffNode>
    var made: [String]
    var startCommands: Nullable<StartCommandsNode>

    struct Tablespace: Encodable {
        var oid: UInt32
        var place: String
    }

    init(_ prepared: PreparedPlacement, _ report: RestoreReport?) {
        (trial, backup) = (prepared.trial.id.value, prepared.cluster.place.url)
        (target, scratch) = (prepared.request.target, prepared.trial.start.scratch)
        (reached, isPlaced) = (prepared.cluster.reached, report != nil)
        seconds = Nullable(report?.phases.first.map { rounded($0.seconds) })
        tablespaces = prepared.request.tablespaces.sorted { $0.key < $1.key }.map {
            Tablespace(oid: $0.key, place: $0.value)
        }
        firstStart = (report?.firstStart?.remarks ?? []).map(RemarkNode.init)
        takenOut = (report?.takenOut ?? []).map(RemarkNode.init)
        archivingOff = Nullable((report?.archivingOff).map(ArchivingOffNode.init))
        made = report?.made ?? []
        startCommands = Nullable((report?.startCommands).map(StartCommandsNode.init))
    }
}
