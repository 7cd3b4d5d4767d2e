// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Testing

@Suite struct `The groups of a store` {
    private let catalogue = arrange([
        "billing/2025-01-02/base.tar", "orders/2025-01-01/base.tar", "orders/2025-01-02/base.tar",
        "orders/2025-01-03/base.tar", "2024-12-31/base.tar",
    ])

    private func groups(_ identifiers: [String: UInt64] = [:]) -> [BackupGroup] {
        catalogue.groups(identifier: { identifiers[$0.label] }, time: { $0.time(info: nil) })
    }

    @Test func `are the folders that hold backups, where no cluster is known`() {
        let groups = groups()
        #expect(groups.map(\.folders) == [[""], ["billing"], ["orders"]])
        #expect(groups.map(\.backups.count) == [1, 1, 3])
        #expect(groups.allSatisfy { $0.systemIdentifier == nil && $0.strangers.isEmpty })
    }

    @Test func `are one where the folders are of the same cluster`() {
        let groups = groups(["billing/2025-01-02": 7, "orders/2025-01-03": 7])
        #expect(groups.map(\.systemIdentifier) == [nil, 7])
        #expect(groups.map(\.folders) == [[""], ["billing", "orders"]])
        #expect(groups.map(\.backups.count) == [1, 4])
    }

    @Test func `hold no backup of an earlier cluster in their folder`() {
        let groups = groups(["orders/2025-01-01": 1, "orders/2025-01-03": 2])
        #expect(groups[2].systemIdentifier == 2)
        #expect(groups[2].backups.map(\.label) == ["orders/2025-01-02", "orders/2025-01-03"])
        #expect(groups[2].strangers.map(\.label) == ["orders/2025-01-01"])
    }

    @Test func `each have a latest backup of their own`() throws {
        let orders = try #require(groups(["orders/2025-01-02": 1, "orders/2025-01-03": 1]).last)
        let choice = catalogue.only(orders).latest(
            time: { $0.time(info: nil) }, completeness: { _ in .complete })
        #expect(choice.backup?.label == "orders/2025-01-03")
    }

    @Test func `of a store that is one backup are one`() {
        let alone = arrange(["base.tar", "backup_manifest"], rootLabel: "2025-01-01")
        let groups = alone.groups(identifier: { _ in nil }, time: { $0.time(info: nil) })
        #expect(groups.map(\.folders) == [[""]])
        #expect(groups.map { $0.backups.map(\.label) } == [["2025-01-01"]])
    }
}

/// A store by its backups and the cluster of each, `-` where it is not known, and what its groups are.
struct GroupCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let backups: [(label: String, cluster: Character)]
    let groups: [String]

    init(_ name: String, _ backups: String, _ groups: String...) {
        (testDescription, self.groups) = (name, groups)
        self.backups = backups.split(separator: " ").map {
            (String($0.dropLast(2)), $0.last ?? "-")
        }
    }

    static let all = [
        GroupCase("a folder for each host", "h1/d1=1 h1/d2=1 h2/d1=2", "h1/d1 h1/d2", "h2/d1"),
        GroupCase("a primary and its standby", "h1/d1=1 h2/d2=1", "h1/d1 h2/d2"),
        GroupCase("a folder for each day", "d1/h1=1 d2/h1=1 d3/h1=1", "d1/h1 d2/h1 d3/h1"),
        GroupCase(
            "a folder for each day, with two clusters", "d1/h1=1 d1/h2=2 d2/h1=1 d2/h2=2", "d1/h1 d2/h1",
            "d1/h2 d2/h2"),
        GroupCase(
            "a folder for each day, one backup not known", "d1/h1=1 d1/h2=2 d2/h1=1 d2/h2=-",
            "d1/h1 d2/h1 d2/h2", "d1/h2"),
        GroupCase(
            "a full backup and those that build on it", "full/d1=1 incr/d2=1 incr/d3=1",
            "full/d1 incr/d2 incr/d3"),
        GroupCase(
            "a chain, before and after an upgrade", "full/d1=1 full/d3=2 incr/d2=1 incr/d4=2",
            "full/d3 incr/d4 without full/d1 incr/d2"),
        GroupCase("a cluster that another one followed", "a/d1=1 a/d2=1 a/d3=2", "a/d3 without a/d1 a/d2"),
        GroupCase(
            "a folder of two clusters that overlap", "a/d1=1 a/d2=2 a/d3=1 a/d4=2",
            "a/d2 a/d4 without a/d1 a/d3"),
        GroupCase(
            "a cluster that went on elsewhere", "a/d1=1 a/d2=2 b/d3=1", "a/d1 b/d3", "a/d2"),
        GroupCase("folders of which nothing is known", "full/d1=- incr/d2=-", "full/d1", "incr/d2"),
        GroupCase("a backup beside one that is known", "a/d1=1 a/d2=- b/d1=1", "a/d1 a/d2 b/d1"),
        GroupCase("the store and a folder of it", "d1=1 old/d0=1", "d1 old/d0"),
    ]

    /// The label says the time: of `a/d3` the third day.
    func time(_ label: String) -> BackupTime? {
        let digits = label.split(separator: "/").compactMap { $0.first == "d" ? Int64($0.dropFirst()) : nil }
        return digits.first.map { BackupTime(Timestamp(seconds: $0 * 86_400), source: .label) }
    }
}

@Suite struct `Backups are grouped` {
    @Test(arguments: GroupCase.all) func `by what is known of their clusters`(_ example: GroupCase) {
        let catalogue = arrange(example.backups.map { ObjectName("\($0.label)/base.tar") })
        let clusters = Dictionary(uniqueKeysWithValues: example.backups.map { ($0.label, $0.cluster) })
        let groups = catalogue.groups(
            identifier: { clusters[$0.label].flatMap { UInt64(String($0)) } },
            time: { example.time($0.label) })
        let words = groups.map { group in
            ([group.backups] + (group.strangers.isEmpty ? [] : [group.strangers]))
                .map { $0.map(\.label).joined(separator: " ") }.joined(separator: " without ")
        }
        #expect(words == example.groups)
    }
}
