// SPDX-License-Identifier: Apache-2.0
import AuditModel
import YAML

/// Holds the names that entries use to those that there are.
struct References {
    private let configuration: Configuration
    private let section: Section
    private let faults: FaultList
    /// All that are written down, those with faults, too.
    private let stores: [String]

    init(_ configuration: Configuration, _ section: Section, _ faults: FaultList) {
        (self.configuration, self.section, self.faults) = (configuration, section, faults)
        if case .keys(let pairs)? = section.keys["stores"]?.content {
            stores = pairs.compactMap(\.key.text)
        } else {
            stores = []
        }
    }

    func check() {
        for node in section.keys["schedule"]?.list ?? [] { checkStores(node) }
        for node in section.keys["notify"]?.list ?? [] { checkSchedule(node) }
        if case .keys(let pairs)? = section.keys["stores"]?.content {
            for (_, node) in pairs { checkPlaces(node) }
        }
        if let node = section.keys["evidence"] { checkPlaces(node) }
    }

    private func checkStores(_ entry: YAMLNode) {
        for node in value("stores", of: entry)?.list ?? [] { check(node, "store", stores) }
    }

    private func checkSchedule(_ entry: YAMLNode) {
        let names = (section.keys["schedule"]?.list ?? []).compactMap { value("name", of: $0)?.text }
        if let node = value("schedule", of: entry) { check(node, "entry of 'schedule'", names) }
    }

    private func checkPlaces(_ node: YAMLNode) {
        let places =
            [value("wal-archive", of: node)].compactMap(\.self) + (value("copies", of: node)?.list ?? [])
        for place in places {
            if case .store? = try? place.place() { check(place, "store", stores) }
        }
    }

    private func value(_ key: String, of node: YAMLNode) -> YAMLNode? {
        (try? YAMLKeys(node, of: "", example: ""))?[key]
    }

    private func check(_ node: YAMLNode, _ what: String, _ names: [String]) {
        guard let text = node.text, !names.contains(text), (try? node.name()) != nil else { return }
        let near = NearestName.of(text, in: names).map { "is '\($0)' meant?" }
        faults.add(
            node.fault(
                "there is no \(what) '\(ObjectName(text))'",
                hint: near
                    ?? (names.isEmpty
                        ? "none has a name." : "those there are: \(names.joined(separator: ", ")).")))
    }
}
