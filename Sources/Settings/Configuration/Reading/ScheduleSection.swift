// SPDX-License-Identifier: Apache-2.0
import YAML

/// Reads one entry of the schedule.
struct ScheduleSection {
    private let section: Section

    private static let known = [
        "name", "cron", "on", "zone", "stores", "window", "budget", "jitter", "missed",
    ]

    init?(_ node: YAMLNode, _ faults: FaultList) {
        guard
            let section = Section(
                node, "an entry of 'schedule'", known: Self.known, example: "name: nightly", faults)
        else { return nil }
        self.section = section
    }

    var entry: ScheduleEntry? {
        let name = section.required("name") { node throws(YAMLFault) in try node.name() }
        let (start, stores, budget) = (start, stores, budget)
        let zone = section.value("zone") { node throws(YAMLFault) in try node.zone() }
        let window = section.value("window") { node throws(YAMLFault) in try node.duration() }
        let jitter = section.value("jitter") { node throws(YAMLFault) in try node.duration() }
        let missed = section.value("missed") { node throws(YAMLFault) in
            try node.choice(ScheduleEntry.Missed.self)
        }
        guard let name, let start, let stores else { return nil }
        return ScheduleEntry(
            name: name, start: start, zone: zone ?? "UTC", stores: stores, window: window, budget: budget,
            jitter: jitter ?? 0, missed: missed ?? .runOnce)
    }

    private enum Occasion: String, CaseIterable { case newBackup = "new-backup" }

    private var start: ScheduleEntry.Start? {
        let cron = section.value("cron") { node throws(YAMLFault) in try node.cron() }
        let occasion = section.value("on") { node throws(YAMLFault) in try node.choice(Occasion.self) }
        guard (section.keys["cron"] == nil) != (section.keys["on"] == nil) else {
            section.note(
                "\(section.owner) has one of the keys 'cron' and 'on'",
                hint: "cron: \"0 1 * * *\" begins it at a time, on: new-backup when a backup has come.")
            return nil
        }
        return cron.map { .cron($0) } ?? occasion.map { _ in .newBackup }
    }

    private var stores: ScheduleEntry.Selection? {
        guard let node = section.keys["stores"], node.text != "all" else { return .all }
        return section.list("stores") { node throws(YAMLFault) in try node.name() }.map { .named($0) }
    }

    private var budget: ScheduleEntry.Budget {
        var budget = ScheduleEntry.Budget()
        guard
            let keys = section.section(
                "budget", known: ["bytes", "rate", "jobs", "trials"], example: "bytes: 500GB")
        else { return budget }
        budget.bytes = keys.value("bytes") { node throws(YAMLFault) in try node.chunks() }
        budget.rate = keys.value("rate") { node throws(YAMLFault) in try node.size() }
        budget.jobs = keys.value("jobs") { node throws(YAMLFault) in try node.count(1...64) }
        budget.trials = keys.value("trials") { node throws(YAMLFault) in try node.count(0...1000) }
        return budget
    }
}

extension YAMLNode {
    /// As it stands, in one line; whether it is one is asked of who plans.
    func cron() throws(YAMLFault) -> Placed<String> {
        Placed(try line("a cron expression in quotes", such: "\"0 1 * * *\""), at: place)
    }
}

/// Reads one report that is written regularly.
struct ReportSection {
    private let section: Section

    private static let known = [
        "name", "cron", "zone", "period", "formats", "frameworks", "output",
    ]

    init?(_ node: YAMLNode, _ faults: FaultList) {
        guard
            let section = Section(
                node, "an entry of 'reports'", known: Self.known, example: "name: monthly", faults)
        else { return nil }
        self.section = section
    }

    var entry: ReportEntry? {
        let name = section.required("name") { node throws(YAMLFault) in try node.name() }
        let cron = section.required("cron") { node throws(YAMLFault) in try node.cron() }
        let zone = section.value("zone") { node throws(YAMLFault) in try node.zone() }
        let period = section.value("period") { node throws(YAMLFault) in
            try node.choice(ReportEntry.Period.self)
        }
        let formats = section.list("formats") { node throws(YAMLFault) in
            try node.choice(ReportEntry.Format.self)
        }
        let frameworks = section.list("frameworks") { node throws(YAMLFault) in
            try node.choice(ReportEntry.Framework.self)
        }
        let output = section.required("output") { node throws(YAMLFault) in try node.path() }
        guard let name, let cron, let output else { return nil }
        return ReportEntry(
            name: name, cron: cron, zone: zone ?? "UTC", period: period ?? .lastMonth,
            formats: formats ?? [.html], frameworks: frameworks ?? [], output: output)
    }
}
