// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// Reads one store.
struct StoreSection {
    private let section: Section

    static let known =
        [
            "location", "rate", "prove", "targets", "expect", "trial", "wal-archive", "copies", "keep",
            "posture",
        ]
        + ReachSection.known

    init?(_ node: YAMLNode, _ owner: String, _ faults: FaultList) {
        guard
            let section = Section(
                node, owner, known: Self.known, example: "location: s3://bucket/backups", faults)
        else { return nil }
        self.section = section
    }

    /// What the file says of it; a store without a location has an empty one, and that is noted.
    func store(_ name: String) -> StoreConfiguration {
        let location = section.required("location") { node throws(YAMLFault) in try node.location() }
        var store = StoreConfiguration(name: name, location: location ?? "")
        ReachSection(section).fill(&store)
        policy(&store)
        if store.location.hasPrefix("/"),
            store.endpoint != nil || store.credentials != nil || store.proxy != nil
        {
            section.note(
                "\(section.owner) is a directory, which has no endpoint, credentials or proxy",
                hint: "leave them out, or is an s3:// location meant?")
        }
        return store
    }

    /// The same of keys that several stores share, none of which must be there.
    func checkShared() {
        var store = StoreConfiguration(name: "", location: "")
        _ = section.value("location") { node throws(YAMLFault) in try node.location() }
        ReachSection(section).fill(&store)
        policy(&store)
    }

    private func policy(_ store: inout StoreConfiguration) {
        store.rate = section.value("rate") { node throws(YAMLFault) in try node.size() }
        store.prove = prove
        if let targets = section.section("targets", known: ["rpo", "rto"], example: "rpo: 26h") {
            store.targets.rpo = targets.value("rpo") { node throws(YAMLFault) in try node.duration() }
            store.targets.rto = targets.value("rto") { node throws(YAMLFault) in try node.duration() }
        }
        store.expect = expect
        store.trial = TrialSection(section).trial
        store.walArchive = section.value("wal-archive") { node throws(YAMLFault) in try node.place() }
        store.copies = section.list("copies") { node throws(YAMLFault) in try node.place() } ?? []
        store.keep = keep
        store.posture = section.value("posture") { node throws(YAMLFault) in try node.choice() } ?? .look
    }

    private var prove: ProvePolicy {
        guard
            let prove = section.section(
                "prove", known: ["all", "newest", "sample"], example: "all: { inspected: 30d }")
        else { return ProvePolicy() }
        return ProvePolicy(
            all: ages("all", of: prove), newest: ages("newest", of: prove), sample: sample(prove))
    }

    private static let levels = Level.allCases.map(\.rawValue)

    private func ages(_ key: String, of prove: Section) -> [Level: Double] {
        prove.section(key, known: Self.levels, example: "inspected: 30d").map(ages) ?? [:]
    }

    private func ages(_ section: Section) -> [Level: Double] {
        Level.allCases.reduce(into: [:]) { ages, level in
            ages[level] = section.value(level.rawValue) { node throws(YAMLFault) in try node.duration() }
        }
    }

    private func sample(_ prove: Section) -> ProvePolicy.Sample? {
        let known = Self.levels + ["choose", "within"]
        guard let sample = prove.section("sample", known: known, example: "restored: 90d") else { return nil }
        _ = sample.value("choose") { node throws(YAMLFault) in try node.choice(SampleChoice.self) }
        let ages = ages(sample)
        if ages.isEmpty { sample.note("\(sample.owner) names no level", hint: "such as restored: 90d.") }
        guard let within = sample.required("within", { node throws(YAMLFault) in try node.duration() }) else {
            return nil
        }
        return ProvePolicy.Sample(ages: ages, within: within)
    }

    /// Said for who reads the file: there is one way.
    private enum SampleChoice: String, CaseIterable { case random }

    private var expect: BackupExpectation? {
        let known = ["every", "by", "zone", "grace", "at-least"]
        guard let expect = section.section("expect", known: known, example: "every: 1d") else { return nil }
        let by = expect.value("by") { node throws(YAMLFault) in try node.timeOfDay() }
        let zone = expect.value("zone") { node throws(YAMLFault) in try node.zone() }
        let grace = expect.value("grace") { node throws(YAMLFault) in try node.duration() }
        let least = expect.value("at-least") { node throws(YAMLFault) in try node.count(1...100_000) }
        guard let every = expect.required("every", { node throws(YAMLFault) in try node.duration() }) else {
            return nil
        }
        return BackupExpectation(every: every, by: by, zone: zone ?? "UTC", grace: grace ?? 0, atLeast: least)
    }

    private var keep: KeepRule? {
        let known = ["days", "weeks", "months", "at-least"]
        guard let keep = section.section("keep", known: known, example: "days: 14") else { return nil }
        func count(_ key: String) -> Int? {
            keep.value(key) { node throws(YAMLFault) in try node.count((key == "at-least" ? 1 : 0)...10_000) }
        }
        return KeepRule(
            days: count("days") ?? 0, weeks: count("weeks") ?? 0, months: count("months") ?? 0,
            atLeast: count("at-least") ?? 1)
    }
}

/// Reads how trials of a store are run.
struct TrialSection {
    private let section: Section?

    init(_ store: Section) {
        section = store.section(
            "trial",
            known: ["runtime", "image", "scratch", "owner", "pg-bin", "limits", "checks", "keep-on-failure"],
            example: "runtime: docker")
    }

    var trial: TrialConfiguration {
        var trial = TrialConfiguration()
        guard let section else { return trial }
        trial.runtime = section.value("runtime") { node throws(YAMLFault) in try node.choice() }
        trial.image = section.value("image") { node throws(YAMLFault) in
            try node.line("an image", such: "postgres:16")
        }
        trial.scratch = section.value("scratch") { node throws(YAMLFault) in try node.path() }
        trial.owner = section.value("owner") { node throws(YAMLFault) in
            try node.line("a user", such: "postgres")
        }
        trial.binaries = section.value("pg-bin") { node throws(YAMLFault) in try node.path() }
        trial.checks = section.value("checks") { node throws(YAMLFault) in
            Placed(try node.path(), at: node.place)
        }
        trial.keepOnFailure = section.value("keep-on-failure") { node throws(YAMLFault) in try node.duration()
        }
        limits(of: section, &trial)
        check(trial, section)
        return trial
    }

    private func limits(of section: Section, _ trial: inout TrialConfiguration) {
        guard
            let limits = section.section(
                "limits", known: ["memory", "cpus", "time"], example: "memory: 2GiB")
        else { return }
        trial.memory = limits.value("memory") { node throws(YAMLFault) in
            let bytes = try node.size()
            guard bytes >= 16 << 20 else {
                throw node.fault("at least 16MiB wanted, found \(node.found)", hint: "2GiB are usual.")
            }
            return bytes
        }
        trial.processors = limits.value("cpus") { node throws(YAMLFault) in try node.number(0.01...4096) }
        trial.time = limits.value("time") { node throws(YAMLFault) in try node.duration() }
    }

    /// In bytes, of each process of a trial on this machine.
    private static let leastOfProgram: UInt64 = 256 << 20

    private func check(_ trial: TrialConfiguration, _ section: Section) {
        if trial.runtime == .local, trial.image != nil {
            section.note(
                "\(section.owner) has an image of a container, and runs locally",
                hint: "leave out image, or say runtime: docker.")
        }
        if trial.runtime == .local, let memory = trial.memory, memory < Self.leastOfProgram {
            section.note(
                "\(section.owner) leaves its programs less memory than they begin with",
                hint: "256MiB at least; without memory it is half of what is free.")
        }
        if trial.runtime == .docker, trial.owner != nil || trial.binaries != nil {
            section.note(
                "\(section.owner) has owner or pg-bin, which are for programs of this machine",
                hint: "leave them out, or say runtime: local.")
        }
    }
}
