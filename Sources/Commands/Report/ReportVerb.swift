// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Planning
import Reports
import Settings

struct ReportVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write down for an auditor what was proven of the backups in a period.",
        discussion: """
            From the history alone: which backups there were, what was proven of each and when, what went wrong \
            and what became of it, trial restores with their times, restores, slots that were missed, \
            and what that says to the controls of a framework. A gap is never a pass. HTML is one file that \
            prints to pages; JSON and CSV are for programs, Markdown for a pull request.

            KINDS
              compliance  all of that, held to frameworks; the usual one
              inventory   which backups there are, and what is shown of each
              incident    what went wrong, each from first sight to closure
              backup      the life of one backup: --backup LABEL

            EXIT STATUS
                0  the report is written, whatever it says
                5  the history cannot be read, or a file not written
                9  nothing is known of that backup in the period
               12  --kind backup without --backup
               14  usage error, no such period or framework, or a wrong configuration

            EXAMPLES
              The last month, for a browser:
                pg_backctl report
              A quarter, for an auditor of two frameworks:
                pg_backctl report --period 2026-Q3 --framework iso27001,soc2 --format html,pdf,json,csv
              What happened to one backup this year:
                pg_backctl report --kind backup --backup 20261101T010000 --period 2026
              Some days:
                pg_backctl report --from 2026-10-01 --to 2026-10-15 --zone Europe/Paris
            """)

    @Option(
        help: ArgumentHelp(
            "What it is about: compliance, inventory, incident or backup. [compliance]", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("Of which backup it tells: its folder below the store.", valueName: "label"))
    var backup: String?

    @Option(
        help: ArgumentHelp(
            "2026, 2026-Q3, 2026-10, 2026-10-05, or last-day, last-week, last-month, last-quarter, last-year. [last-month]",
            valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("The first day of the period, in place of --period.", valueName: "day"))
    var from: String?

    @Option(help: ArgumentHelp("The last day of the period.", valueName: "day"))
    var to: String?

    @Option(help: ArgumentHelp("Whose days they are, such as Europe/Paris. [UTC]", valueName: "zone"))
    var zone: String?

    @Option(
        help: ArgumentHelp(
            "Hold it to these: soc2, iso27001, nist-800-53, nist-csf, hipaa, dora, nis2, cis, gdpr, pci-dss. [all]",
            valueName: "id,…"))
    var framework: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file with frameworks of your own; may be given several times.", valueName: "file"))
    var frameworkFile: [String] = []

    @Option(
        help: ArgumentHelp(
            "html, pdf, json, csv, markdown; several with commas. [html]", valueName: "format,…"))
    var format: [String] = []

    @Option(help: ArgumentHelp("Put the files into this directory. [reports]", valueName: "directory"))
    var output = "reports"

    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func validate() throws {
        if (from == nil) != (to == nil) {
            throw ValidationError("--from and --to are the first and the last day: give both.")
        }
        if period != nil, from != nil {
            throw ValidationError("--period and --from exclude each other.")
        }
    }

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        var order = ReportOrder(
            try chosenPeriod(at: application.context.clock.now), as: try formats(),
            into: Paths.location(output))
        (order.kind, order.backup) = (try chosenKind(), backup)
        order.frameworks = Self.words(framework)
        order.frameworkFiles = frameworkFile.map(Paths.absolute)
        let made = try MakeReport(
            order, configuration, application.memoryToLookUp(), application.context
        ).make()
        let result = made.report.result.map { ": \($0.rawValue)" } ?? ""
        application.terminal.say("\(made.report.period.name)\(result)")
        for line in made.report.summary { application.terminal.say("  \(shown(line))") }
        for file in made.files { application.terminal.say("written: \(shown(file))") }
        if globals.json {
            application.terminal.document(try JSONDocument.text(MadeReportDocument(made)))
        }
        return .success
    }

    private func chosenKind() throws -> ReportKind {
        guard let kind = ReportKind(rawValue: kind ?? ReportKind.compliance.rawValue) else {
            throw CommandError.usage(
                "'\(shown(kind ?? ""))' is no kind of a report",
                hint: "there are: \(ReportKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        if kind != .compliance, !framework.isEmpty || !frameworkFile.isEmpty {
            throw CommandError.usage(
                "a report of the kind '\(kind.rawValue)' is held to no framework",
                hint: "leave --framework out.")
        }
        if kind == .backup, backup == nil {
            throw CommandError.missingArgument(
                "--backup", hint: "pg_backctl history backups shows the labels.")
        }
        if kind != .backup, backup != nil {
            throw CommandError.usage(
                "--backup is for --kind backup", hint: "leave one of them out, or add the other.")
        }
        return kind
    }

    private func chosenPeriod(at now: Timestamp) throws -> ReportPeriod {
        let zone = try zone.map(Self.civil) ?? .utc
        if let from, let to { return try ReportPeriod(from: from, to: to, in: zone, at: now) }
        return try ReportPeriod(period ?? "last-month", in: zone, at: now)
    }

    private static func civil(_ name: String) throws -> CivilZone {
        guard ZoneName.isValid(name) || name.contains("/") else {
            throw CivilZoneError.unknown(name, near: [])
        }
        return try CivilZone(named: name)
    }

    private func formats() throws -> [ReportFormat] {
        let names = Self.words(format)
        guard !names.isEmpty else { return [.html] }
        return try names.map { name in
            guard let format = ReportFormat(rawValue: name) else {
                throw CommandError.usage(
                    "'\(shown(name))' is no format of a report",
                    hint: "there are: html, pdf, json, csv, markdown."
                )
            }
            return format
        }
    }

    private static func words(_ options: [String]) -> [String] {
        options.flatMap { $0.split(separator: ",").map(String.init) }
    }
}

/// `pg_backctl.report-made/1`: which files were written, and how it stands.
struct MadeReportDocument: Encodable {
    let schema = "pg_backctl.report-made/1"
    let exitStatus = ExitStatus.success.rawValue
    var kind, period: String
    var result: Nullable<ControlResult>
    var summary, files: [String]

    init(_ made: MadeReport) {
        (kind, period) = (made.report.kind.rawValue, made.report.period.name)
        result = Nullable(made.report.result)
        (summary, files) = (made.report.summary, made.files)
    }
}
