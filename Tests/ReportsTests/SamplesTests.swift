// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// The samples are made by scripts/sample-reports from a real run; here their forms are held against each other.
@Suite struct `The samples in the repository` {
    private let folder = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent()
    }
    .appending(path: "reports/samples")

    private struct Report: Decodable {
        struct Store: Decodable {
            struct Backup: Decodable { var label: String }
            var backups: [Backup]
        }
        struct Exception: Decodable { var kind, subject: String }
        struct Trial: Decodable { var outcome: String }
        struct Evidence: Decodable { var root, checkpoint: String }
        struct Slot: Decodable { var schedule: String }
        var schema: String
        var summary: [String]
        var stores: [Store]
        var exceptions: [Exception]
        var trials: [Trial]
        var missedSlots: [Slot]
        var evidence: Evidence
    }

    private func text(_ ending: String) throws -> String {
        try String(contentsOf: folder.appending(path: "compliance-2026-09.\(ending)"), encoding: .utf8)
    }

    @Test func `tell the same in each form, of what went wrong as well`() throws {
        let report = try JSONDecoder().decode(Report.self, from: Data(text("json").utf8))
        let (html, markdown, csv) = (try text("html"), try text("md"), try text("csv"))
        #expect(report.schema == "pg_backctl.report.compliance/1")
        #expect(report.exceptions.contains { $0.kind == "damaged" })
        #expect(report.trials.contains { $0.outcome == "failed" })
        #expect(report.missedSlots.count == 1)
        for sentence in report.summary {
            #expect(
                html.contains("<li>\(sentence)</li>") && markdown.contains("- \(sentence)"), "\(sentence)")
        }
        let labels = report.stores.flatMap(\.backups).map(\.label)
        #expect(!labels.isEmpty)
        for label in labels + report.exceptions.map(\.subject) where !label.isEmpty {
            #expect(html.contains(label) && markdown.contains(label) && csv.contains(label), "\(label)")
        }
        #expect(csv.components(separatedBy: "\r\n\"backup\",").count - 1 == labels.count)
        #expect(html.contains(report.evidence.root) && markdown.contains(report.evidence.checkpoint))
    }

    @Test(arguments: ["reports/samples/compliance-2026-09", "Tests/ReportsTests/Golden/compliance-2026-10"])
    func `are as the schema of reports says`(name: String) throws {
        let file = "\(Testbed.repository)/\(name).json"
        #expect(try JSONSchemaCheck.faults(of: file, schema: "report.compliance-1") == "")
    }

    @Test func `say nothing of where they were made`() throws {
        for ending in ["html", "md", "csv", "json"] {
            let text = try text(ending)
            #expect(!text.contains("/tmp") && !text.contains("/work") && !text.contains("/home"), "\(ending)")
        }
    }
}
