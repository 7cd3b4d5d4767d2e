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

    private func report(_ kind: ReportKind) throws -> Report {
        let facts = try SampleFacts.make {
            $0.events.append(
                EventLine(
                    at: SampleFacts.day(10), kind: "finding-noted",
                    place: BackupPlace(url: "s3://backups/shop/\(Self.label)", label: Self.label), who: "dba",
                    text: "CHECKSUM_MISMATCH: a disk was replaced"))
        }
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
        let file = "\(Testbed.repository)/Tests/ReportsTests/Golden/\(kind.rawValue)-2026-10.json"
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
        guard case .incident(let report) = try report(.incident) else { return }
        let record = try #require(report.incidents.first { $0.exception.subject == Self.label })
        #expect(record.timeline.map(\.what) == ["damage", "incident", "finding-noted", "over"])
        #expect(record.timeline.map(\.at) == record.timeline.map(\.at).sorted { $0 < $1 })
    }

    @Test func `tells of a backup that is gone what is known, and of one that never was nothing`() throws {
        guard case .backup(let report) = try report(.backup) else { return }
        #expect(report.backups.map(\.store) == ["shop"] && report.backups[0].backup == nil)
        #expect(report.summary == ["shop: it was not there when the last sweep of the period looked."])
        #expect(BackupReport(of: "never", try SampleFacts.make()) == nil)
    }
}
