// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations
import Settings

/// A checked configuration as people read it.
struct ConfigText {
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    func say(_ checked: CheckedConfiguration) {
        let file = ObjectName(checked.configuration.file)
        guard checked.faults.isEmpty else {
            for fault in checked.faults {
                terminal.warn("error: '\(file)', \(fault.words)\nHINT: \(fault.hint)")
            }
            return terminal.warn(
                "\(Units.count(checked.faults.count, "fault")) in '\(file)': it cannot be used")
        }
        terminal.say("'\(file)' can be used.")
        for (title, lines) in ConfigSections(checked.configuration).all {
            terminal.say("\n\(title)")
            for line in lines { terminal.say("  \(line)") }
        }
        say(checked.secrets)
    }

    private func say(_ secrets: [CheckedConfiguration.NamedSecret]) {
        guard !secrets.isEmpty else { return }
        terminal.say("\nsecrets, as this user sees them")
        for secret in secrets {
            terminal.say("  \(secret.name), for \(secret.use): \(secret.absence ?? "there")")
            if secret.isReadableByOthers {
                terminal.warn("warning: \(secret.name) can be read by other users; chmod 600 ends that")
            }
        }
    }
}

/// What a configuration will do, in parts with a title each.
struct ConfigSections {
    var all: [(title: String, lines: [String])]

    init(_ configuration: Configuration) {
        all = configuration.stores.map {
            (title: "store \($0.name): \(ObjectName($0.location))", lines: $0.explanation)
        }
        for entry in configuration.schedule {
            all.append(
                (
                    title: "schedule \(entry.name)",
                    lines: entry.explanation(sweeping: configuration.stores(of: entry).map(\.name))
                ))
        }
        if !configuration.notify.isEmpty {
            all.append((title: "told", lines: configuration.notify.map(\.explanation)))
        }
        let others = Self.others(configuration)
        if !others.isEmpty { all.append((title: "besides", lines: others)) }
    }

    private static func others(_ configuration: Configuration) -> [String] {
        var lines = [
            configuration.history.map { "the history is '\(ObjectName($0))'" },
            configuration.metricsFile.map { "metrics are written to '\(ObjectName($0))'" },
            configuration.serve.map {
                "the service listens at \($0.host), port \($0.port), \($0.token == nil ? "for this machine" : "with a token")"
            },
            configuration.evidence.map {
                "the history is signed by the key '\(ObjectName($0.key))'\($0.copies.isEmpty ? "" : "; sweeps put checkpoints into \($0.copies.map(\.words).joined(separator: ", "))")"
            },
        ].compactMap(\.self)
        lines += configuration.reports.map { report in
            let formats = report.formats.map(\.rawValue).joined(separator: ", ")
            let frameworks =
                report.frameworks.isEmpty
                ? "" : ", held to \(report.frameworks.map(\.rawValue).joined(separator: ", "))"
            return
                "report \(report.name): \(formats) of \(report.period.rawValue) to \(ObjectName(report.output)), at '\(ObjectName(report.cron.value))' (\(report.zone))\(frameworks)"
        }
        return lines
    }
}
