// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Operations
import Restorer

/// What is asked of the cluster that comes up.
struct TrialCheckOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file of your own checks, such as confs/checks.yaml: see docs/checks.md.", valueName: "file"))
    var checks: String?

    @Option(
        help: ArgumentHelp("How long all of your checks may take: 30m, 4h. [1h]", valueName: "time"))
    var validationWindow: String?

    @OptionGroup var limit: CheckLimitOption

    @Flag(help: "With pg_amcheck, look for each row in its indexes, too: about twice as long.")
    var heapallindexed = false

    @Flag(help: "Do not read every table.")
    var noTables = false

    @Flag(help: "Do not run pg_amcheck.")
    var noAmcheck = false

    @Flag(help: "Do not sum the pages of the stopped cluster.")
    var noPages = false

    @Flag(help: "Say nothing of invalid indexes and unlogged tables.")
    var noNotes = false

    @Flag(
        help:
            "Do not compare with earlier trials; later ones take what is there now for right.")
    var noBaseline = false

    @Option(
        help: ArgumentHelp(
            "Which part of its rows a table may lose from one trial to the next before that is told. [50%]",
            valueName: "percent"))
    var mayShrink: String?

    /// All of it, the file read; one that is wrong is refused here, before anything else is done.
    func order(jobs: Int) throws -> TrialChecks {
        var order = TrialChecks()
        order.builtIn = try builtIn(jobs: jobs)
        order.comparesBaseline = !noBaseline
        order.mayShrink = try shrinkage() ?? order.mayShrink
        order.file = try file()
        if let window = validationWindow {
            guard checks != nil else {
                throw CommandError.usage(
                    "--validation-window bounds the checks of a file, and none is named",
                    hint: "name it: --checks FILE.")
            }
            order.window = .seconds(try TimeSpan.typed(window))
        }
        return order
    }

    func file() throws -> CheckFile? { try checks.map { try CheckFile.read($0) } }

    private func shrinkage() throws -> Double? {
        guard let mayShrink else { return nil }
        let digits = mayShrink.hasSuffix("%") ? mayShrink.dropLast() : mayShrink[...]
        guard let percent = UInt8(digits), percent <= 100, !noBaseline else {
            throw CommandError.usage(
                noBaseline
                    ? "--may-shrink and --no-baseline exclude each other" : "'\(mayShrink)' is no percentage",
                hint: noBaseline ? "name one of them." : "such as 20%.")
        }
        return Double(percent) / 100
    }

    private func builtIn(jobs: Int) throws -> BuiltInChecks {
        var checks = BuiltInChecks()
        (checks.notes, checks.tables, checks.amcheck) = (!noNotes, !noTables, !noAmcheck)
        (checks.pages, checks.heapAllIndexed, checks.jobs) = (!noPages, heapallindexed, jobs)
        checks.limit = try limit.duration
        return checks
    }
}
