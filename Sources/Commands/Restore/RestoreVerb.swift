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
            The newest sound backup (or --backup LABEL) is read, proven and written beside the target; \
            a private server recovers it; then the directory takes the target's name. The target must be \
            absent or empty: until the last step it is as it was. The same command goes on where an \
            interrupted one stopped.

            EXIT STATUS (in every case but 0 the target is as it was)
                0  restored; with --dry-run: it could be
                1  the backup is damaged
                3  a file of -c, --hba or --conf is not there
                4  the target is in use, not empty, or cannot be written
                5  inconclusive: the store or the history could not be read
                6  tampered: data and checksums changed together
                7  nothing says what the bytes should be, or the backup is incomplete
                8  another restore to the target is under way
                9  no backup found
               10  a program is missing, such as postgres of the backup's version
               11  a credential is missing
               12  an argument is missing, such as --map for a tablespace
               13  the files of a local backup are missing
               14  usage error
               16  not enough room
               17  the restore failed, or would as the plan shows; --check found something
               99  unknown error
              130  interrupted, 143 terminated: the same command goes on

            EXAMPLES
              Show what would be done:
                pg_backctl restore s3://bucket/backups --target /srv/copy --dry-run
              A local backup, by its folder:
                pg_backctl restore -P /backups/20260520 --target /srv/copy
              To the state of a moment:
                pg_backctl restore s3://bucket/backups --target /srv/copy \\
                  --wal-archive s3://bucket/wal --to-time '2026-11-02 03:00:00+00'
              What a trial has recovered and kept, in seconds:
                pg_backctl restore --from-trial 12 --target /srv/trials/copy
            """)

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Which backup") var source: RestoreSourceOptions
    @OptionGroup(title: "Where to") var target: RestoreTargetOptions
    @OptionGroup(title: "Recovery") var recovery: RecoveryOptions
    @OptionGroup(title: "The first start") var firstStart: FirstStartOptions
    @OptionGroup var docker: DockerOptions
    @OptionGroup(title: "Configuration") var configuration: RestoreConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

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
        if let trial = source.fromTrial { return try place(TrialID(trial)) }
        let store = try source.located(store)
        let application = try Application(
            globals, store: store, config: configuration.configuration, keepsHistory: !noHistory)
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
        try confirm(prepared.plan.request.target, application)
        if let choice = try askedArchiving(prepared.plan, application) {
            prepared = prepared.archiving(choice)
        }
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
        let application = try Application(globals, keepsHistory: false)
        let removed = try DiscardRestore(of: path, application.context).run()
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
            in: try store.address(application).seen(asOf: source.asOf, application.context),
            jobs: try ReadingOptions.jobs(jobs),
            searchPath: application.settings.searchPath)
        order.localPath = source.path
        order.questions = try recovery.questions(jobs: order.jobs)
        if let archive = recovery.walArchive {
            order.walArchive = store.address(of: archive, application)
            order.archiveWords = store.archiveWords(archive, application)
        }
        return order
    }

    /// What cannot be carried out ends as if it had been tried; its document is the plan all the same.
    private func end(dryRunOf plan: RestorePlan, _ application: Application) throws -> ExitStatus {
        guard let objection = plan.objections.first ?? plan.expectedStop else {
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

    func confirm(_ target: String, _ application: Application) throws {
        guard !yes else { return }
        guard application.terminal.canAsk, !globals.json else {
            throw CommandError.missingArgument(
                "--yes", hint: "nobody can be asked here; --dry-run shows the plan and changes nothing.")
        }
        let question = "Restore to '\(ObjectName(target))'? [y/N] "
        let cancellation = application.context.cancellation
        switch application.terminal.ask(question, cancellation) {
        case true?: return
        case false?: throw CommandError.declined
        case nil: throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
    }
}
