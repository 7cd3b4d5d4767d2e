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
                5  the store could not be read, or machine or engine fell short
                6  tampered: data and checksums changed together
                7  nothing says what the bytes should be, or the backup is incomplete
                9  no backup found
               10  a program is missing, such as postgres of the backup's version,
                   or the engine or its image is
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
              In a container of Docker or Podman, with no more than so much of the machine:
                pg_backctl trial s3://bucket/backups --runtime docker --memory 4G --cpus 2
              What the file of checks asks, without a trial:
                pg_backctl trial --checks confs/checks.yaml --dry-run
            """)

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Which backup") var goal: TrialGoalOptions
    @OptionGroup(title: "Where and how") var runtime: TrialRuntimeOptions
    @OptionGroup(title: "What is asked") var checks: TrialCheckOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Flag(help: "Only explain what the file of checks asks.")
    var dryRun = false

    @Option(help: ArgumentHelp("How many objects to read at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Keep no history, and know of none.")
    var noHistory = false

    func perform() throws -> ExitStatus {
        try ReadingOptions.checkHistory(globals, noHistory: noHistory)
        guard !dryRun || store.store != nil else {
            return try explain(Application(globals, keepsHistory: false))
        }
        let application = try Application(
            globals, store: store, config: configuration.file, keepsHistory: !noHistory)
        return try filled(application).perform(application)
    }

    /// With what the configuration says of the store where the options are silent.
    private func filled(_ application: Application) throws -> TrialVerb {
        guard let store = application.store else { return self }
        var filled = self
        filled.checks.checks = checks.checks ?? store.trial.checks?.value
        try filled.runtime.fill(store.trial)
        return filled
    }

    private func perform(_ application: Application) throws -> ExitStatus {
        guard !dryRun else { return try explain(application) }
        let report = try report(application, try application.memory(isKept: !noHistory))
        TrialText(application.terminal, history: globals.history).say(report)
        if globals.json { application.terminal.document(try JSONDocument.text(TrialDocument(report))) }
        return report.exitStatus
    }

    private func report(_ application: Application, _ memory: Memory) throws -> TrialReport {
        let choice = try runtime.choice()
        let order = try order(application, choice ?? .docker)
        let (container, context) = (try runtime.container(application.settings), application.context)
        switch choice {
        case .local?: return try run(try TryBackup(order, memory, context).prepare(), application)
        case .docker?:
            return try run(
                try showingPull(application) {
                    try TryInContainer(order, container, memory, context).prepare(pulled: $0)
                }, application)
        case nil:
            let prepared = try showingPull(application) {
                try TryWhereItCan(order, container, memory, context).prepare(pulled: $0)
            }
            switch prepared {
            case .local(let trial): return try run(trial, application)
            case .contained(let trial): return try run(trial, application)
            }
        }
    }

    private func showingPull<Prepared>(
        _ application: Application,
        _ prepare: (_ pulled: (_ received: UInt64, _ expected: UInt64) -> Void) throws -> Prepared
    ) throws -> Prepared {
        let pull = PullLine()
        return try ProgressDisplay(terminal: application.terminal).whileShown({ pull.line }) {
            try prepare { pull.note(received: $0, expected: $1) }
        }
    }

    private func run(_ prepared: PreparedTrial, _ application: Application) throws -> TrialReport {
        TrialText(application.terminal).say(prepared)
        let progress = RestoreProgress(application.terminal, total: prepared.plan.bytesToRead)
        return try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
    }

    private func run(_ prepared: PreparedContainerTrial, _ application: Application) throws -> TrialReport {
        TrialText(application.terminal).say(prepared)
        let progress = RestoreProgress(application.terminal, total: prepared.size)
        return try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
    }

    /// Reads the file of checks, and says what it asks.
    private func explain(_ application: Application) throws -> ExitStatus {
        guard let file = try checks.file() else {
            throw CommandError.usage(
                "--dry-run explains a file of checks, and none is named", hint: "name it: --checks FILE.")
        }
        for line in file.explanation { application.terminal.say(line) }
        if globals.json {
            application.terminal.document(try JSONDocument.text(CheckFileDocument(file)))
        }
        return .success
    }

    private func order(
        _ application: Application, _ kind: TrialStart.Runtime
    ) throws -> TrialOrder {
        let archive = try archive(application)
        let (jobs, seed) = (try ReadingOptions.jobs(jobs), try goal.chance(hasArchive: archive != nil))
        var order = TrialOrder(
            of: goal.backup, in: try store.address(application),
            goal: try RecoveryGoal.parse(goal.end.words, hasArchive: archive != nil),
            scratch: Paths.absolute(runtime.scratch ?? "/var/tmp"), owner: try runtime.serverOwner(for: kind),
            jobs: jobs, searchPath: application.settings.searchPath)
        order.seed = seed
        (order.walArchive, order.archiveName) = (archive, archive?.location)
        order.binaries = runtime.pgBin.map(Paths.absolute)
        order.keepsFailedFor = try runtime.keepOnFailure.map(TimeSpan.typed)
        order.keepsResultFor = try runtime.keepsResultFor()
        order.foreignCode.allowsWeakIsolation = runtime.weakIsolation
        order.foreignCode.memory = try runtime.memoryOfEach()
        order.foreignCode.processors = try runtime.wholeProcessors()
        if let limit = runtime.timeLimit {
            order.foreignCode.limits.time = .seconds(try TimeSpan.typed(limit))
        }
        order.checks = try checks.order(jobs: jobs)
        order.startedBy = application.settings.startedBy
        return order
    }

    /// The archive of WAL that an option names, else the configuration.
    private func archive(_ application: Application) throws -> StoreAddress? {
        try WALArchiveChoice(
            named: goal.walArchive, of: application.store, in: application.configuration
        ).address { store.address(of: $0, application) }
    }
}
