// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Planning
import Service
import Settings

struct HistoryMerge: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Fold in what several machines have proven of a plan, and draw the verdicts.",
        discussion: """
            Bundles are taken from the directories or buckets into which `sweep --plan` has put them. What they have proven \
            needs no reading here; what they could not read, or found wrong, is read once more before anything is \
            said. A bundle counts once, however often it is merged. One that was changed, or is of another history, is \
            refused and told, and the others count; those of other plans are passed over. A backup of which parts \
            are still to come is inconclusive; merge again when they are there. How the stores stand is said each \
            time, as by `sweep`.

            EXIT STATUS (the most severe)
                0  all verdicts are drawn, and all is well
                5  bundles are still to come, or a store could not be read
                6  a bundle or the plan was refused, or a backup is tampered
                8  busy: a sweep with this history is under way
               11  the secret is missing
              else as `sweep` says

            EXAMPLE
              pg_backctl history merge --plan /shared/plan /shared/results
            """)

    @Argument(
        help: ArgumentHelp(
            "The directories with the bundles, or folders of a bucket.",
            valueName: "directory|s3-url"))
    var directories: [String] = []

    @Option(help: ArgumentHelp("The plan that they are of.", valueName: "file|s3-url"))
    var plan: String?

    @Option(help: ArgumentHelp("How many objects, or parts of one, to read at once.", valueName: "n"))
    var jobs: Int?

    @OptionGroup var config: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard let plan else {
            throw CommandError.missingArgument("--plan", hint: "the file that sweep --make-plan has written.")
        }
        guard !directories.isEmpty else {
            throw CommandError.missingArgument("DIRECTORY", hint: "where sweep --plan has put its results.")
        }
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        let places = configuration.meetingPlaces(application)
        let results = try directories.map { try places.place(Paths.location($0)) }
        let secret = try configuration.sharedSecret()
        let (memory, shared) = (
            try application.memory(),
            try SharedPlan(at: places.point(Paths.location(plan)), secret: secret)
        )
        let merging = try MergeBundles(
            shared, named: plan, order(configuration, shared, application), memory, application.context)
        let folded = try merging.fold(results, secret: secret)
        for line in folded.lines { application.terminal.say(line) }
        let report = try run(
            merging.prepare(folded), Aftermath(configuration, memory, application.context), application)
        let status = ExitStatus.mostSevere([folded.exitStatus, report?.exitStatus ?? .success])
        if globals.json {
            application.terminal.document(try JSONDocument.text(MergeDocument(folded, report, status)))
        }
        return status
    }

    private func order(
        _ configuration: Configuration, _ plan: SharedPlan, _ application: Application
    ) throws -> SweepOrder {
        let entry = configuration.schedule.first { $0.name == plan.schedule }
        var order = try SweepOrder(
            configuration, entry, only: Set(plan.storeNames), seed: plan.plan.seed,
            jobs: try ReadingOptions.jobs(jobs), at: application.context.clock.now)
        order.startedBy = application.settings.startedBy
        return order
    }

    private func run(
        _ prepared: PreparedSweep, _ aftermath: Aftermath, _ application: Application
    ) throws -> SweepReport? {
        let progress = SweepProgress(application.terminal, total: prepared.plan.bytes)
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try prepared.run(observer: progress)
        }
        guard let report else { return nil }
        let lines = SweepSummary(report).lines
        for line in lines + aftermath.ended(report, summary: lines) { application.terminal.say(line) }
        return report
    }
}

extension FoldedBundles {
    /// What became of the bundles, as people read it.
    fileprivate var lines: [String] {
        let counts = [
            (new, "new"), (known, "merged before"), (others, "of other plans"), (refused.count, "refused"),
        ]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let head = counts.isEmpty ? "no bundles" : "bundles: \(counts.joined(separator: ", "))"
        return [head]
            + refused.map { error in
                "  \(error.exitStatus == .tampered ? "REFUSED" : "UNREAD") \(shown(error.message))"
            }
            + (missing.isEmpty ? [] : ["still to come: \(missing.joined(separator: ", "))"])
    }
}

/// `pg_backctl.history.merge/1`: which bundles were folded in, and the sweep that drew the verdicts.
struct MergeDocument: Encodable {
    let schema = "pg_backctl.history.merge/1"
    var exitStatus: Int32
    var new, known, others: Int
    var refused, missing: [String]
    var sweep: Nullable<SweepDocument>

    init(_ folded: FoldedBundles, _ report: SweepReport?, _ status: ExitStatus) {
        (exitStatus, new, known, others) = (status.rawValue, folded.new, folded.known, folded.others)
        (refused, missing) = (folded.refused.map(\.message), folded.missing)
        sweep = Nullable(report.map(SweepDocument.init))
    }
}
