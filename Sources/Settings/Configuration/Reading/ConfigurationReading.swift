// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// What could be read of a configuration, and all that is wrong with it.
public struct ConfigurationReading: Sendable {
    /// What is right in it; use it for anything but telling only when there are no faults.
    public private(set) var configuration: Configuration
    /// In the order of the file.
    public private(set) var faults: [ConfigurationFault] = []

    /// Reads a text; `file` is what errors call it.
    public init(_ bytes: [UInt8], file: String) {
        configuration = Configuration(file: file)
        let list = FaultList()
        if let root = list.attempt({ () throws(YAMLFault) in try Self.root(bytes) }) {
            TopSection(root, list)?.fill(&configuration)
        }
        faults = list.faults.map { ConfigurationFault($0.place, $0.reason, hint: $0.hint) }
            .sorted {
                ($0.place?.line ?? 0, $0.place?.column ?? 0) < ($1.place?.line ?? 0, $1.place?.column ?? 0)
            }
    }

    private static func root(_ bytes: [UInt8]) throws(YAMLFault) -> YAMLNode {
        if let root = try YAMLText.parse(bytes, aliases: .taken) { return root }
        throw YAMLFault(nil, "it is empty", hint: "confs/pg_backctl.yaml is a sample.")
    }

    /// The configuration, when nothing is wrong with it.
    public func checked() throws(ConfigurationError) -> Configuration {
        guard faults.isEmpty else { throw .wrong(configuration.file, faults) }
        return configuration
    }
}

/// Reads the file as a whole.
private struct TopSection {
    private let section: Section
    private let faults: FaultList

    private static let known = [
        "history", "defaults", "stores", "schedule", "notify", "reports", "evidence", "serve", "metrics-file",
        "shards",
    ]

    init?(_ root: YAMLNode, _ faults: FaultList) {
        guard
            let section = Section(
                root, "the file", known: Self.known, example: "history: /var/lib/pg_backctl/history.sqlite",
                faults)
        else { return nil }
        (self.section, self.faults) = (section, faults)
    }

    func fill(_ configuration: inout Configuration) {
        configuration.history = section.value("history") { node throws(YAMLFault) in try node.path() }
        configuration.metricsFile = section.value("metrics-file") { node throws(YAMLFault) in try node.path()
        }
        if let shared = section.keys["defaults"] {
            StoreSection(shared, "'defaults'", faults)?.checkShared()
        }
        configuration.stores = stores
        configuration.schedule = entries("schedule") { ScheduleSection($0, faults)?.entry }
        refuseTwins("schedule")
        configuration.notify = entries("notify") { NotifySection($0, faults)?.channel }
        configuration.reports = entries("reports") { ReportSection($0, faults)?.entry }
        refuseTwins("reports")
        configuration.evidence = evidence
        configuration.serve = serve
        configuration.shards = shards
        References(configuration, section, faults).check()
        configuration.addCopies()
    }

    private var stores: [StoreConfiguration] {
        guard let node = section.keys["stores"] else { return [] }
        let keys = faults.attempt { () throws(YAMLFault) in
            try YAMLKeys(node, of: "'stores'", example: "shop: { location: s3://backups/shop }")
        }
        return (keys?.pairs ?? []).compactMap { key, value in
            guard let name = faults.attempt({ () throws(YAMLFault) in try key.name() }) else { return nil }
            return StoreSection(value, "store '\(name)'", faults)?.store(name)
        }
    }

    private func entries<Entry>(_ key: String, _ read: (YAMLNode) -> Entry?) -> [Entry] {
        guard let node = section.keys[key] else { return [] }
        guard let list = node.list else {
            faults.add(
                node.fault("'\(key)' is a list, not \(node.found)", hint: "each entry begins with '- '."))
            return []
        }
        return list.compactMap(read)
    }

    private func refuseTwins(_ key: String) {
        var seen: Set<String> = []
        for node in section.keys[key]?.list ?? [] {
            guard let name = (try? YAMLKeys(node, of: "", example: ""))?["name"], let text = name.text,
                !seen.insert(text).inserted
            else { continue }
            faults.add(
                name.fault(
                    "another entry of '\(key)' has the name '\(ObjectName(text))', too",
                    hint: "give each its own."))
        }
    }

    private var evidence: EvidenceConfiguration? {
        guard
            let keys = section.section(
                "evidence", known: ["key", "copies", "timestamp"],
                example: "key: /var/lib/pg_backctl/evidence.key")
        else { return nil }
        let copies = keys.list("copies") { node throws(YAMLFault) in try node.place() }
        let timestamp = keys.value("timestamp") { node throws(YAMLFault) in try node.url(["https", "http"]) }
        return keys.required("key") { node throws(YAMLFault) in try node.path() }
            .map { EvidenceConfiguration(key: $0, copies: copies ?? [], timestamp: timestamp) }
    }

    private var shards: ShardsConfiguration? {
        guard
            let keys = section.section(
                "shards", known: ["secret"] + ReachSection.known, example: "secret: file:/run/secrets/shards")
        else { return nil }
        var reach = StoreConfiguration(name: "shards", location: "")
        ReachSection(keys).fill(&reach)
        return keys.required("secret") { node throws(YAMLFault) in try node.secret("'secret'") }
            .map { ShardsConfiguration(secret: $0, reach: reach) }
    }

    private var serve: ServeConfiguration? {
        guard
            let keys = section.section(
                "serve", known: ["listen", "token"], example: "listen: 127.0.0.1:9187")
        else { return nil }
        let token = keys.value("token") { node throws(YAMLFault) in try node.secret("'token'") }
        guard let place = keys.required("listen", { node throws(YAMLFault) in try node.listener() }) else {
            return nil
        }
        if keys.keys["token"] == nil, !["127.0.0.1", "::1", "localhost"].contains(place.host) {
            keys.note(
                "'listen' is reached from other machines, and there is no 'token'",
                hint: "add token: file:/run/secrets/token, or listen on 127.0.0.1.")
        }
        return ServeConfiguration(host: place.host, port: place.port, token: token)
    }
}
