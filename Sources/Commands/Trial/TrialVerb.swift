// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import PrivatePostgres
import Restorer
import Settings

/// `trial`: restores a backup, asks what came up, and takes it away again.
struct TrialVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial",
        abstract: "Restore a backup for trial, start PostgreSQL on it, ask it, and take it away.",
        discussion: """
            The newest sound backup (or --backup LABEL) is restored into a folder of its own by the same steps \
            as by `restore`; a private server recovers it, every database is opened, every table read, the \
            indexes are checked, your own checks are asked, and all is removed again. What was shown is kept \
            in the history.

            EXIT STATUS
                0  it can be restored
                1  the backup is damaged
                4  the folder for trials cannot be used
                5  inconclusive: the store could not be read, or this machine fell short
                6  tampered: data and checksums changed together
                7  nothing says what the bytes should be, or the backup is incomplete
                9  no backup found
               10  a program is missing, such as postgres of the backup's version
               12  an argument is missing, such as --timeline where several lead on
               14  usage error, or a wrong file of checks
               16  not enough room to begin
               18  the trial failed: the backup does not come up as it should
               99  unknown error
              130  interrupted, 143 terminated: all is removed

            EXAMPLES
              The newest backup of a bucket:
                pg_backctl trial s3://bucket/backups --scratch /srv/trials
              With the archive of WAL, up to its end, and checks of your own:
                pg_backctl trial s3://bucket/backups --wal-archive s3://bucket/wal \\
                  --checks confs/checks.yaml
              What the file of checks asks, without a trial:
                pg_backctl trial --checks confs/checks.yaml --dry-run
            """)

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Which backup") var goal: TrialGoalOptions
    @OptionGroup(title: "Where and how") var runtime: TrialRuntimeOptions
    @OptionGroup(title: "What is asked") var checks: TrialCheckOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Flag(help: "Only explain what the file of checks asks.")
    var dryRun = false

    @Option(help: ArgumentHelp("How many objects to read at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Keep no history, and know of none.")
    var noHistory = false

    func perform() throws -> ExitStatus {
        try ReadingOptions.checkHistory(globals, noHistory: noHistory)
        guard !dryRun else { return try explain() }
        let application = try Application(globals, store: store)
        let operation = TryBackup(
            try order(application), try application.memory(isKept: !noHistory), application.context)
        let prepared = try operation.prepare()
        let text = TrialText(application.terminal)
        text.say(prepared)
        let progress = RestoreProgress(application.terminal, total: prepared.plan.bytesToRead)
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
        text.say(report)
        if globals.json { application.terminal.document(try JSONDocument.text(TrialDocument(report))) }
        return report.exitStatus
    }

    /// Reads the file of checks, and says what it asks.
    private func explain() throws -> ExitStatus {
        guard let file = try checks.file() else {
            throw CommandError.usage(
                "--dry-run explains a file of checks, and none is named", hint: "name it: --checks FILE.")
        }
        let application = try Application(globals)
        for line in file.explanation { application.terminal.say(line) }
        if globals.json {
            application.terminal.document(try JSONDocument.text(CheckFileDocument(file)))
        }
        return .success
    }

    private func order(_ application: Application) throws -> TrialOrder {
        guard runtime.runtime == .local else {
            throw CommandError.usage(
                "trials in Docker cannot be run by this version", hint: "--runtime local runs them here.")
        }
        let (jobs, seed) = (try ReadingOptions.jobs(jobs), try goal.chance())
        var order = TrialOrder(
            of: goal.backup, in: try store.address(application.settings),
            goal: try RecoveryGoal.parse(goal.words, hasArchive: goal.walArchive != nil),
            scratch: Paths.absolute(runtime.scratch), owner: try ServerOwner.find(runtime.owner),
            jobs: jobs, searchPath: application.settings.searchPath)
        order.seed = seed
        order.walArchive = try goal.walArchive.map { try store.address(of: $0, application.settings) }
        (order.archiveName, order.binaries) = (goal.walArchive, runtime.pgBin.map(Paths.absolute))
        order.keepsFailedFor = try runtime.keepOnFailure.map(TimeSpan.seconds)
        order.checks = try checks.order(jobs: jobs)
        order.startedBy = application.settings.startedBy
        return order
    }
}
