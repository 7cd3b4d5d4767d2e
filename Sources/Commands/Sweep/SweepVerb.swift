// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Planning
import Service
import Settings

struct SweepVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Verify and try what the policy asks for, as far as time and bytes allow.",
        discussion: """
            One run over the stores of the configuration, for cron, systemd timers and CronJobs. What is \
            damaged comes first, then what was never proven, then what was proven longest ago. It ends with \
            its window, and the next one goes on. At the end people are told, and metrics are written, as the \
            configuration says.

            EXIT STATUS (the most severe of all stores: 6, 1, 18, 5, 8, 7, 9, 0)
                0  all is well, and within policy or on its way there
                1  a backup is damaged
                5  inconclusive: a store could not be read, or not to its end
                6  tampered: data and checksums changed together, or the plan was
                7  policy not met: a proof too old, a backup overdue, a gap in the WAL
                8  busy: another sweep with this history is under way
                9  a store has no backup
               11  a credential is missing, or the secret that machines share
               12  the schedule has several entries, and --schedule does not say which
               14  usage error, or a wrong configuration
               18  a trial restore failed
              130  interrupted, 143 terminated: what was proven so far is kept

            EXAMPLES
              What tonight would bring:
                pg_backctl sweep --dry-run
              One entry of the schedule, from a timer:
                pg_backctl sweep --schedule nightly
              One store by hand, an hour at most:
                pg_backctl sweep --store shop --budget-time 1h
              Shared among three machines, each doing one part:
                pg_backctl sweep --make-plan /shared/plan
                pg_backctl sweep --plan /shared/plan --shard 0/3 --results /shared/results
                pg_backctl history merge --plan /shared/plan /shared/results
            """)

    @OptionGroup(title: "Several machines") var sharing: SharingOptions
    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The entry of the schedule to run.", valueName: "name"))
    var schedule: String?

    @Option(help: ArgumentHelp("Only this store of it; may be given several times.", valueName: "name"))
    var store: [String] = []

    @Option(help: ArgumentHelp("Read so many bytes at most, such as 500G.", valueName: "size"))
    var budgetBytes: String?

    @Option(help: ArgumentHelp("Take so long at most, such as 5h.", valueName: "time"))
    var budgetTime: String?

    @Option(
        help: ArgumentHelp("Choose backups by chance as the sweep that told this seed.", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "Only show what would be done, and why.")
    var dryRun = false

    @Option(help: ArgumentHelp("How many objects, or parts of one, to read at once.", valueName: "n"))
    var jobs: Int?

    func validate() throws {
        if dryRun, sharing.plan != nil || sharing.makePlan != nil {
            throw ValidationError("--dry-run shows a plan and shares none.")
        }
        let asks = schedule != nil || !store.isEmpty || budgetBytes != nil || budgetTime != nil || seed != nil
        if sharing.plan != nil, asks {
            throw ValidationError("What is done with --plan FILE was said when the plan was made.")
        }
    }

    func perform() throws -> ExitStatus {
        if let plan = sharing.plan { return try doShard(of: plan) }
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        let (memory, order) = (try application.memory(), try order(configuration, application))
        if let path = sharing.makePlan {
            return try makePlan(at: path, order, memory, configuration, application)
        }
        let prepared = try RunSweep(order, memory, application.context).prepare(isDryRun: dryRun)
        guard !dryRun else { return try show(prepared, application) }
        let aftermath = try Aftermath(configuration, memory, application.context)
        aftermath.began(schedule)
        let progress = SweepProgress(application.terminal, total: prepared.plan.bytes)
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
        guard let report else { return .success }
        let lines = SweepSummary(report).lines
        for line in lines + aftermath.ended(report, summary: lines) { application.terminal.say(line) }
        if globals.json { application.terminal.document(try JSONDocument.text(SweepDocument(report))) }
        return report.exitStatus
    }

    private func order(_ configuration: Configuration, _ application: Application) throws -> SweepOrder {
        for name in store { _ = try configuration.store(name) }
        var order = try SweepOrder(
            configuration, entry(of: configuration), only: store.isEmpty ? nil : Set(store),
            seed: seed ?? UInt64(UInt32.random(in: 1 ... .max)), jobs: try ReadingOptions.jobs(jobs),
            at: application.context.clock.now)
        if let budgetBytes { order.budget.bytes = try ByteCount.typed(budgetBytes, atLeast: 8 << 20) }
        if let budgetTime {
            let seconds = try TimeSpan.typed(budgetTime)
            order.windowEnds = application.context.clock.now.advanced(bySeconds: Int64(seconds))
            order.budget.window = seconds
        }
        order.startedBy = application.settings.startedBy
        return order
    }

    /// Who names a store by hand need not say which entry is meant.
    private func entry(of configuration: Configuration) throws -> ScheduleEntry? {
        let isByHand = schedule == nil && !store.isEmpty && configuration.schedule.count > 1
        return isByHand ? nil : try configuration.entry(named: schedule)
    }

    private func show(_ prepared: PreparedSweep, _ application: Application) throws -> ExitStatus {
        for line in SweepPlanText(prepared.plan).lines { application.terminal.say(line) }
        for (name, error) in prepared.unreachable {
            application.terminal.say("\(name): could not be looked at: \(shown(error.message))")
        }
        let document = SweepPlanDocument(prepared)
        if globals.json { application.terminal.document(try JSONDocument.text(document)) }
        return ExitStatus(rawValue: document.exitStatus) ?? .unknown
    }
}
