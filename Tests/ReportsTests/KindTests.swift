// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Planning
import TestKit
import Testing

@testable import Reports

@Suite("A report of another kind")
struct KindTests {
    private static let label = "20261009T010000"

    private func facts() throws -> ReportFacts {
        try SampleFacts.make {
            $0.events.append(
                EventLine(
                    at: SampleFacts.day(10), kind: "finding-noted",
                    place: BackupPlace(url: "s3://backups/shop/\(Self.label)", label: Self.label), who: "dba",
                    text: "CHECKSUM_MISMATCH: a disk was replaced"))
        }
    }

    private func report(_ kind: ReportKind) throws -> Report {
        let facts = try facts()
        return switch kind {
        case .compliance: .compliance(ComplianceReport(facts, []))
        case .inventory: .inventory(InventoryReport(facts))
        case .incident: .incident(IncidentReport(facts))
        case .backup: .backup(try #require(BackupReport(of: Self.label, facts)))
        }
    }

    @Test(arguments: [ReportKind.inventory, .incident, .backup], [ReportFormat.markdown, .csv, .json])
    func `is as it was`(kind: ReportKind, format: ReportFormat) throws {
        let report = try report(kind)
        let bytes = Data(try report.bytes(as: format, in: .utc))
        let path = "\(Testbed.repository)/Tests/ReportsTests/Golden/\(report.fileName(as: format))"
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try bytes.write(to: URL(filePath: path))
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes, "RECORD_GOLDEN=1 writes it anew")
    }

    @Test(arguments: [ReportKind.inventory, .incident, .backup])
    func `is as its schema says`(kind: ReportKind) throws {
        let file = "\(Testbed.repository)/Tests/ReportsTests/Golden/\(try report(kind).fileName(as: .json))"
        #expect(try JSONSchemaCheck.faults(of: file, schema: "report.\(kind.rawValue)-1") == "")
    }

    @Test(arguments: ReportKind.allCases, ReportFormat.allCases)
    func `has the same bytes for the same facts`(kind: ReportKind, format: ReportFormat) throws {
        let bytes = try report(kind).bytes(as: format, in: .utc)
        #expect(try !bytes.isEmpty && bytes == report(kind).bytes(as: format, in: .utc))
    }

    @Test func `judges nothing, but for controls`() throws {
        for kind in ReportKind.allCases { #expect(try (report(kind).result == nil) == (kind != .compliance)) }
    }

    @Test func `tells of an incident what happened to its backup, in that order`() throws {
        let report = IncidentReport(try facts())
        let record = try #require(report.incidents.first { $0.exception.subject == Self.label })
        #expect(record.timeline.map(\.what) == ["incident", "damage", "finding-noted", "over"])
        #expect(record.timeline.map(\.at) == record.timeline.map(\.at).sorted { $0 < $1 })
    }

    @Test func `tells of an incident nothing from before or after it, and of a store's no other`() throws {
        let facts = try SampleFacts.make { facts in
            facts.trials = []
            facts.looks["shop"]?[Self.label] = (1...31).map {
                DatedLevel(.checksummed, at: SampleFacts.day($0))
            }
            facts.incidents += [SampleFacts.overdue(closed: 14), SampleFacts.overdue(closed: 20)]
        }
        let records = IncidentReport(facts).incidents
        #expect(records.count == 3)
        #expect(
            records.allSatisfy { $0.timeline.count == ($0.exception.subject.isEmpty ? 2 : 4) }, "\(records)")
    }

    @Test(arguments: [nil, 12])
    func `tells of a trial that failed by hand until another one passes`(passed: Int?) throws {
        let facts = try SampleFacts.make { facts in
            facts.incidents = []
            facts.trials =
                [SampleFacts.trial(3, SampleFacts.day(8), passed: false)]
                + [passed].compactMap(\.self).map { SampleFacts.trial(4, SampleFacts.day($0), passed: true) }
        }
        let failed = IncidentReport(facts).incidents.map(\.exception).filter { $0.kind == "trial-failed" }
        #expect(failed.map(\.subject) == ["20261008T010000"])
        #expect(failed.first?.words.hasSuffix("failed: check orders: 0 rows, more are expected") == true)
        #expect((failed.first?.closed == nil) == (passed == nil))
    }

    @Test func `says that nobody knows what stores held that no sweep has listed`() throws {
        let facts = try SampleFacts.make { $0.sweeps = [] }
        let summary = InventoryReport(facts).summary
        #expect(summary[0] == "2 stores; of none is known what it held.", "\(summary)")
        #expect(summary.last?.hasPrefix("No sweep has looked at shop, archive") == true)
    }

    @Test func `says of how many backups it can tell, where the history keeps not all`() throws {
        let facts = try SampleFacts.make { $0.sweeps[30].stores[0].standing?.backups = 9000 }
        let report = InventoryReport(facts)
        #expect(
            report.frame.limits.contains { $0.hasPrefix("Of the 9000 backups of shop the history keeps 3") })
        #expect(report.summary[0].contains("at least ") && report.stores[0].population?.gone == 0)
    }

    @Test func `draws sizes that no store has`() throws {
        let facts = try SampleFacts.make { facts in
            for index in facts.sweeps[30].stores[0].backups.indices {
                facts.sweeps[30].stores[0].backups[index].bytes = .max
            }
        }
        #expect(try !Report.inventory(InventoryReport(facts)).bytes(as: .html, in: .utc).isEmpty)
    }

    @Test func `tells of a backup that is gone what is known, and of one that never was nothing`() throws {
        let report = try #require(BackupReport(of: Self.label, facts()))
        #expect(report.backups.map(\.store) == ["shop"] && report.backups[0].backup == nil)
        #expect(report.backups[0].isGone)
        #expect(report.summary == ["shop: it was not there when the last sweep of the period looked."])
        let unseen = try SampleFacts.make { facts in
            facts.looks["shop"] = [Self.label: [DatedLevel(.checksummed, at: SampleFacts.day(9))]]
            facts.sweeps = []
        }
        let alone = try #require(BackupReport(of: Self.label, unseen))
        #expect(alone.summary == ["shop: how it stood at the end of the period is not known."])
        #expect(BackupReport(of: "never", try SampleFacts.make()) == nil)
    }
}
