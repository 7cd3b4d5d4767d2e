// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import PrivatePostgres
import Restorer
import Settings

struct RestoreVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore a backup into a data directory, proving every byte while it is written.",
        discussion: """
            The newest sound backup (or --backup LABEL) is read, proven and written beside the target; a private
            server recovers it; then the directory takes the target's name. The target must be absent or
            empty: until the last step it is as it was. The same command goes on where an interrupted one stopped.

            EXIT STATUS
              0 restored, 1 the backup is damaged, 3 no postgresql.auto.conf for -c, 4 unsafe target, 5 the store
              could not be read, 6 the backup was tampered with, 7 it cannot be proven, 8 another restore is under
              way, 9 no backup, 10 a program is missing, 11 a credential, 12 an argument, 13 a local backup's
              files, 14 usage error, 16 no space, 17 the restore failed, 130 and 143 interrupted.
              In every case but 0 the target is as it was.

            EXAMPLES
              pg_backctl restore s3://bucket/backups --target /srv/restored --dry-run
              pg_backctl restore -P /backups/20260520 --target /srv/restored --owner postgres --yes
              pg_backctl restore s3://bucket/backups --target /srv/restored --wal-archive s3://bucket/wal \\
                --to-time '2026-11-02 03:00:00+00'
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var source: RestoreSourceOptions
    @OptionGroup var target: RestoreTargetOptions
    @OptionGroup var recovery: RecoveryOptions
    @OptionGroup var firstStart: FirstStartOptions
    @OptionGroup var docker: DockerOptions
    @OptionGroup var globals: GlobalOptions

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Option(help: ArgumentHelp("How many objects to read at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Keep no history, and know of none.")
    var noHistory = false

    func perform() throws -> ExitStatus {
        try docker.refuse(isStandby: recovery.standby)
        try ReadingOptions.checkHistory(globals, noHistory: noHistory)
        guard !target.discard else { return try discard() }
        let store = try source.located(store)
        let application = try Application(globals, store: store)
        let operation = try RestoreBackup(
            order(store, application), application.memory(isKept: !noHistory), application.context)
        let text = RestoreText(application.terminal)
        var prepared = try operation.prepare()
        text.say(prepared.plan)
        if let timeline = try askedTimeline(prepared.plan, application) {
            prepared = try prepared.following(timeline)
            text.say(prepared.plan)
        }
        guard !dryRun else { return try end(dryRunOf: prepared.plan, application) }
        if let objection = prepared.plan.objections.first { throw objection }
        if let choice = try askedArchiving(prepared.plan, application) {
            prepared = prepared.archiving(choice)
        }
        try confirm(prepared.plan, application)
        let progress = RestoreProgress(application.terminal, total: prepared.plan.bytesToRead)
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
        text.say(report, of: prepared.plan)
        try document(RestoreDocument(report, of: prepared.plan), application)
        return .success
    }

    private func discard() throws -> ExitStatus {
        guard !dryRun else {
            throw CommandError.usage(
                "--discard and --dry-run exclude each other", hint: "leave out one of them.")
        }
        let path = try target.path()
        let application = try Application(globals)
        let removed = try LeftRestore(of: path).discard(application.context.cancellation)
        for folder in removed { application.terminal.say("removed '\(ObjectName(folder))'") }
        if removed.isEmpty {
            application.terminal.say("no restore to '\(ObjectName(path))' has left anything")
        }
        try document(DiscardedDocument(target: path, removed: removed), application)
        return .success
    }

    private func order(_ store: StoreOptions, _ application: Application) throws -> RestoreOrder {
        var order = RestoreOrder(
            try RestoreRequest(self, application), of: source.backup,
            in: try store.address(application.settings).seen(asOf: source.asOf, application.context),
            jobs: try ReadingOptions.jobs(jobs),
            searchPath: application.settings.searchPath)
        order.localPath = source.path
        if let archive = recovery.walArchive {
            order.walArchive = try store.address(of: archive, application.settings)
            order.archiveWords =
                (archive.hasPrefix("s3://") ? store.wordsWithoutKeys : []) + [Paths.location(archive)]
        }
        return order
    }

    /// What cannot be carried out ends as if it had been tried; its document is the plan all the same.
    private func end(dryRunOf plan: RestorePlan, _ application: Application) throws -> ExitStatus {
        guard let objection = plan.objections.first else {
            try document(RestorePlanDocument(plan), application)
            return .success
        }
        guard globals.json else { throw objection }
        application.terminal.warn("error: \(objection.description)")
        try document(RestorePlanDocument(plan), application)
        return objection.exitStatus
    }

    /// What somebody who sits there answers when the plan leaves the timeline open.
    private func askedTimeline(_ plan: RestorePlan, _ application: Application) throws -> RecoveryGoal
        .Timeline?
    {
        guard plan.archive == .undecided, !dryRun, canAsk(application) else { return nil }
        let cancellation = application.context.cancellation
        let question = "Which timeline is to be followed? "
        guard let answer = application.terminal.answer(to: question, cancellation), !answer.isEmpty else {
            throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
        return try RecoveryGoal.parse(.init(timeline: answer), hasArchive: true).timeline
    }

    /// What somebody who sits there answers when the settings of the backup archive; nil where nobody is asked.
    private func askedArchiving(_ plan: RestorePlan, _ application: Application) throws -> ArchivingChoice? {
        guard let question = FirstStartText.question(plan), canAsk(application) else { return nil }
        let cancellation = application.context.cancellation
        switch application.terminal.ask(question, cancellation) {
        case true?: return .keep
        case false?: return .off
        case nil: throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
    }

    private func canAsk(_ application: Application) -> Bool {
        !yes && !globals.json && application.terminal.canAsk
    }

    private func document(_ document: some Encodable, _ application: Application) throws {
        if globals.json { application.terminal.document(try JSONDocument.text(document)) }
    }

    private func confirm(_ plan: RestorePlan, _ application: Application) throws {
        guard !yes else { return }
        guard application.terminal.canAsk, !globals.json else {
            throw CommandError.missingArgument(
                "--yes", hint: "nobody can be asked here; --dry-run shows the plan and changes nothing.")
        }
        let question = "Restore to '\(ObjectName(plan.request.target))'? [y/N] "
        let cancellation = application.context.cancellation
        switch application.terminal.ask(question, cancellation) {
        case true?: return
        case false?: throw CommandError.declined
        case nil: throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
    }
}
