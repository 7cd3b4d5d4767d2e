// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import PrivatePostgres
import Restorer
import Settings
import Verifier

/// One run of `restore`: chooses, plans, asks, carries out, tells.
struct RestoreRun {
    private let application: Application
    private let verb: RestoreVerb
    private let store: any ObjectStore
    private let location: StoreOptions
    private let history: HistoryDatabase?
    private let wal: WALSource?
    private let jobs: Int

    init(_ application: Application, _ verb: RestoreVerb, _ location: StoreOptions) throws {
        (self.application, self.verb, self.location) = (application, verb, location)
        jobs = verb.jobs ?? Processors.count
        guard (1...64).contains(jobs) else {
            throw CommandError.usage(
                "--jobs \(jobs) is not between 1 and 64", hint: "a few per core are enough.")
        }
        if verb.noHistory && verb.globals.history != nil {
            throw CommandError.usage(
                "--history and --no-history exclude each other", hint: "leave one of them out.")
        }
        store = try Self.store(application, location, isLocal: verb.source.path != nil, jobs: jobs)
        wal = try application.walSource(verb, location)
        history = verb.noHistory ? nil : try application.history()
    }

    /// What `-P` names and is not there is a local backup without its files.
    private static func store(
        _ application: Application, _ location: StoreOptions, isLocal: Bool, jobs: Int
    ) throws -> any ObjectStore {
        do { return try application.store(location, jobs: jobs) } catch let error as ObjectStoreError {
            guard isLocal, case .noSuchStore(let path) = error else { throw error }
            throw RestoreError.localBackupMissing(path, reason: "it does not exist")
        }
    }

    func perform() throws -> ExitStatus {
        var request = try RestoreRequest(verb, application)
        let choice = try choose(goal: request.goal)
        let planner = RestorePlanner(
            store: store, wal: wal, searchPath: application.settings.searchPath,
            cancellation: application.cancellation
        ) { place in
            try history?.memory(of: place) ?? BackupMemory()
        }
        var plan = try planner.plan(request, of: choice)
        let text = RestoreText(application.terminal)
        text.say(plan)
        if let timeline = try askedTimeline(plan) {
            request.goal.timeline = timeline
            plan = try planner.plan(request, of: choice)
            text.say(plan)
        }
        guard !verb.dryRun else { return try end(dryRunOf: plan) }
        if let objection = plan.objections.first { throw objection }
        plan.request.permanentCommand = try plan.request.command(verb.recovery, location)
        try confirm(plan)
        let report = try run(plan)
        text.say(report, of: plan)
        try document(RestoreDocument(report, of: plan))
        return .success
    }

    /// What cannot be carried out ends as if it had been tried; its document is the plan all the same.
    private func end(dryRunOf plan: RestorePlan) throws -> ExitStatus {
        guard let objection = plan.objections.first else {
            try document(RestorePlanDocument(plan))
            return .success
        }
        guard verb.globals.json else { throw objection }
        application.terminal.warn("error: \(objection.description)")
        try document(RestorePlanDocument(plan))
        return objection.exitStatus
    }

    /// What somebody who sits there answers when the plan leaves the timeline open.
    private func askedTimeline(_ plan: RestorePlan) throws -> RecoveryGoal.Timeline? {
        guard plan.archive == .undecided, !verb.yes, !verb.dryRun, !verb.globals.json,
            application.terminal.canAsk
        else { return nil }
        let cancellation = application.cancellation
        let question = "Which timeline is to be followed? "
        guard let answer = application.terminal.answer(to: question, cancellation), !answer.isEmpty else {
            throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
        return try RecoveryGoal.parse(.init(timeline: answer), hasArchive: true).timeline
    }

    private func document(_ document: some Encodable) throws {
        if verb.globals.json { application.terminal.document(try JSONDocument.text(document)) }
    }

    // MARK: Which backup

    private func choose(goal: RecoveryGoal) throws -> RestorePlanner.Choice {
        let catalogue = try Catalogue.scan(store)
        guard !catalogue.backups.isEmpty else { throw nothingThere() }
        let standings = try history?.standings(at: store.url) ?? [:]
        func standing(_ backup: Backup) -> BackupStanding? {
            standings[backup.place(inStoreAt: store.url).url]
        }
        let choice =
            verb.source.backup == "latest"
            ? try latest(catalogue, goal, standing) : try named(verb.source.backup, catalogue)
        try refuseMissingFiles(of: choice.backup)
        try refuseKnownDamage(choice.backup, standing(choice.backup))
        return choice
    }

    private func named(_ label: String, _ catalogue: Catalogue) throws -> RestorePlanner.Choice {
        let backup = try catalogue.backup(labelled: label)
        let claims = try application.claims(of: backup, in: store)
        try refuseIncomplete(backup, claims)
        return .init(backup: backup, time: claims.time, neighbours: catalogue.backups)
    }

    private func latest(
        _ catalogue: Catalogue, _ goal: RecoveryGoal, _ standing: (Backup) -> BackupStanding?
    ) throws -> RestorePlanner.Choice {
        var claims: [String: BackupClaims] = [:]
        for backup in catalogue.backups {
            claims[backup.label] = try application.claims(of: backup, in: store)
        }
        let time: Timestamp? = if case .time(let time) = goal.target { time } else { nil }
        // The only one there is was named as much as if its label had been.
        let isOnly = catalogue.backups.count == 1
        let choice = catalogue.latestToRestore(
            goal: time, time: { claims[$0.label]?.time },
            completeness: { claims[$0.label]?.completeness ?? .complete },
            standing: { isOnly || $0.label == verb.source.acceptDamage ? nil : standing($0) },
            doubt: { claims[$0.label]?.doubt })
        guard let backup = choice.backup else {
            if let only = catalogue.backups.first, isOnly, let claims = claims[only.label] {
                try refuseIncomplete(only, claims)
            }
            throw CommandError.nothingFound(
                store.url, hints: choice.skipped.map { "\($0.label): \($0.reason)." })
        }
        return .init(
            backup: backup, time: choice.time, skipped: choice.skipped, neighbours: catalogue.backups)
    }

    private func nothingThere() -> any UserError {
        guard let path = verb.source.path else {
            return CommandError.nothingFound(
                store.url,
                hints: [
                    "a backup is a folder with base.tar, backup_manifest or backup.sha256 in it: check the place."
                ])
        }
        return RestoreError.localBackupMissing(
            path, reason: "there is no base.tar and no data directory in it")
    }

    private func refuseIncomplete(_ backup: Backup, _ claims: BackupClaims) throws {
        guard case .incomplete(let reasons, _) = claims.completeness else { return }
        let reason = reasons.joined(separator: "; ")
        if let path = verb.source.path { throw RestoreError.localBackupMissing(path, reason: reason) }
        throw RestoreError.notProven(
            backup.label, reason: reason,
            hint: "is it still being uploaded? `pg_backctl list` shows the others.")
    }

    /// A local backup that lacks an archive is none, whoever says that it should be there.
    private func refuseMissingFiles(of backup: Backup) throws {
        guard let path = verb.source.path else { return }
        let missing = backup.missingArchives(try backup.readSumFile(in: store))
        guard !missing.isEmpty else { return }
        let names = missing.map { "'\($0)'" }.joined(separator: ", ")
        throw RestoreError.localBackupMissing(path, reason: "there is no \(names)")
    }

    private func refuseKnownDamage(_ backup: Backup, _ standing: BackupStanding?) throws {
        if let accepted = verb.source.acceptDamage, accepted != backup.label {
            throw CommandError.usage(
                "--accept-damage '\(accepted)' is not the backup that is restored ('\(backup.label)')",
                hint: "type the label of the backup whose damage you accept.")
        }
        switch standing?.verdict {
        case .damaged where verb.source.acceptDamage == nil:
            let since = standing.map { "\($0.since)" } ?? "long"
            throw RestoreError.damaged(
                backup.label, [Finding(.checksumMismatch, message: "known since \(since)")])
        case .tampered:
            throw RestoreError.tampered(
                backup.label, reason: "found on \(standing?.since.day ?? "an earlier day") and not accepted")
        default: return
        }
    }

    // MARK: Doing it

    private func confirm(_ plan: RestorePlan) throws {
        guard !verb.yes else { return }
        guard application.terminal.canAsk, !verb.globals.json else {
            throw CommandError.missingArgument(
                "--yes", hint: "nobody can be asked here; --dry-run shows the plan and changes nothing.")
        }
        let question = "Restore to '\(ObjectName(plan.request.target))'? [y/N] "
        switch application.terminal.ask(question, application.cancellation) {
        case true?: return
        case false?: throw CommandError.declined
        case nil: throw RestoreError.interrupted(application.cancellation.exitStatus ?? .interrupted)
        }
    }

    private func run(_ plan: RestorePlan) throws -> RestoreReport {
        let progress = RestoreProgress(application.terminal, total: plan.bytesToRead)
        let options = VerificationOptions(
            level: .inspected, jobs: jobs, processors: Processors.count, toolVersion: PgBackctl.version)
        let reading = VerifiedReading(
            ledger: history ?? ForgetfulLedger() as any Ledger, options: options, clock: application.clock,
            cancellation: application.cancellation, observer: progress)
        let world = Restore.Environment(
            log: history ?? UnloggedRestore() as any RestoreLog, observer: progress, clock: application.clock,
            cancellation: application.cancellation, searchPath: application.settings.searchPath,
            toolVersion: PgBackctl.version, executable: try Executable.path)
        let restore = Restore(plan, from: store, wal: wal, reading: reading, world)
        return try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try restore.run()
        }
    }
}
