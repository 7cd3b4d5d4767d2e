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

    /// All of it, the file read; one that is wrong is refused here, before anything else is done.
    func order(jobs: Int) throws -> TrialChecks {
        var order = TrialChecks()
        order.builtIn = builtIn(jobs: jobs)
        order.file = try file()
        if let window = validationWindow {
            guard checks != nil else {
                throw CommandError.usage(
                    "--validation-window bounds the checks of a file, and none is named",
                    hint: "name it: --checks FILE.")
            }
            order.window = .seconds(try TimeSpan.seconds(window))
        }
        return order
    }

    func file() throws -> CheckFile? { try checks.map { try CheckFile.read($0) } }

    private func builtIn(jobs: Int) -> BuiltInChecks {
        var checks = BuiltInChecks()
        (checks.notes, checks.tables, checks.amcheck) = (!noNotes, !noTables, !noAmcheck)
        (checks.pages, checks.heapAllIndexed, checks.jobs) = (!noPages, heapallindexed, jobs)
        return checks
    }
}
