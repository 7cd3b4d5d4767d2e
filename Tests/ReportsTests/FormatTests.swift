// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Planning
import TestKit
import Testing

@testable import Reports

@Suite struct `A report in a format` {
    /// A formula, markup, an escape, a mark that turns the direction, a quote, another script.
    static let hostile =
        "=\u{301}1+1\"\u{301} style=\"x<\u{301}b><script>alert(1)</script>\u{1B}[2J\u{202E}\",'|`*[x](http://y)\nعربي 🙂"

    private func report(named name: String = "shop") throws -> ComplianceReport {
        var store = SampleFacts.shop
        store.policy.append(name)
        let facts = try SampleFacts.make([store]) {
            $0.sweeps[30].stores[0].backups[0].label = name
            $0.incidents[0].headline = name
            $0.events[0].text = name
            $0.trials[1].end?.failure = name
        }
        return ComplianceReport(facts, try FrameworkCatalogue().frameworks)
    }

    private func text(_ format: ReportFormat, named name: String = "shop") throws -> String {
        String(decoding: try report(named: name).bytes(as: format, in: .utc), as: UTF8.self)
    }

    @Test(arguments: ReportFormat.allCases) func `has the same bytes for the same facts`(
        format: ReportFormat
    ) throws {
        #expect(try text(format) == text(format) && !text(format).isEmpty)
    }

    @Test(arguments: ReportFormat.allCases.filter { $0 != .pdf }) func `lets nothing out of a store act`(
        format: ReportFormat
    ) throws {
        let text = try text(format, named: Self.hostile)
        #expect(!text.contains("<script>") || format == .json || format == .csv)
        #expect(!text.contains("\u{1B}") && (format == .json || !text.contains("\u{202E}")))
        // A mark above makes another character of what stays markup.
        let marked = text.unicodeScalars.split(separator: "\u{301}", omittingEmptySubsequences: false)
            .dropLast()
        #expect(
            format != .html
                || marked.allSatisfy { $0.last.map { !"<>\"'&".unicodeScalars.contains($0) } ?? true })
        #expect(text.contains("عربي") && text.contains("🙂"), "what can be read stays legible")
    }

    @Test func `computes nothing in a spreadsheet, and comes apart again`() throws {
        let lines = CSVRecords(try text(.csv, named: Self.hostile)).rows
        #expect(lines.allSatisfy { $0.count == 10 }, "\(lines.map(\.count))")
        #expect(
            lines.joined().allSatisfy { cell in
                cell.unicodeScalars.first.map { !"=+-@".unicodeScalars.contains($0) } ?? true
            })
        #expect(lines.filter { $0[0] == "backup" }.count == 3)
        #expect(lines.filter { $0[0] == "trial" }.map { $0[3] } == ["passed", "failed", "passed"])
    }

    @Test func `asks for nothing in a browser`() throws {
        let html = try text(.html)
        for word in ["<script", "src=", "url(", "@import", "http-equiv=\"refresh\"", "<iframe", "onload"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("default-src 'none'") && html.contains("lang=\"en\""))
    }

    @Test func `makes no links of addresses that somebody else has written`() throws {
        let facts = try SampleFacts.make {
            $0.sweeps[30].stores[0].backups[0].label = "https://e.org/a WWW.e.org x@y.z"
        }
        let text = String(
            decoding: try Report.inventory(InventoryReport(facts)).bytes(as: .markdown, in: .utc),
            as: UTF8.self)
        #expect(text.contains("https\\://e.org/a WWW\\.e.org x\\@y.z"), "\(text)")
    }

    @Test func `has times of its zone and UTC`() throws {
        let paris = try CivilZone(named: "Europe/Paris")
        let text = String(decoding: try report().bytes(as: .markdown, in: paris), as: UTF8.self)
        #expect(text.contains("2026-10-04 07:00 (05:00 UTC)"))
    }

    @Test func `as JSON says what a program needs`() throws {
        let json = try JSONSerialization.jsonObject(with: Data(report().bytes(as: .json, in: .utc)))
        let document = try #require(json as? [String: Any])
        #expect(document["schema"] as? String == "pg_backctl.report.compliance/1")
        #expect((document["frameworks"] as? [Any])?.count == 10)
        // The sweeps looked at a store that is not configured any more.
        #expect(document["result"] as? String == "no data")
    }

    @Test func `has a name that is no path`() throws {
        #expect(try report().fileName(as: .markdown) == "compliance-2026-10.md")
        let days = try ReportPeriod(from: "2026-10-01", to: "2026-10-02", in: .utc, at: SampleFacts.day(40))
        #expect(
            ComplianceReport(
                ReportFacts(days, made: SampleFacts.day(40), toolVersion: "1", stores: []), []
            ).fileName(as: .csv) == "compliance-2026-10-01-to-2026-10-02.csv")
    }
}

/// Reads RFC 4180 as a program that was not written for it would.
private struct CSVRecords {
    private(set) var rows: [[String]] = []

    init(_ text: String) {
        var (row, cell, isQuoted) = ([String](), "", false)
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                cell.unicodeScalars.append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                row.append(cell)
                cell = ""
            case ("\r", false): break
            case ("\n", false):
                rows.append(row + [cell])
                (row, cell) = ([], "")
            default: cell.unicodeScalars.append(scalar)
            }
        }
    }
}

@Suite struct `The sample report` {
    @Test(arguments: ReportFormat.allCases) func `is as it was`(format: ReportFormat) throws {
        let facts = try SampleFacts.make()
        let report = ComplianceReport(facts, try FrameworkCatalogue().chosen(["iso27001", "soc2"]))
        let bytes = Data(try report.bytes(as: format, in: .utc))
        let path = "\(Testbed.repository)/Tests/ReportsTests/Golden/\(report.fileName(as: format))"
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try bytes.write(to: URL(filePath: path))
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes, "RECORD_GOLDEN=1 writes it anew")
    }
}
