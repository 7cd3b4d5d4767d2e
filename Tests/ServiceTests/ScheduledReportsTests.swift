// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Operations
import Settings
import TestKit
import Testing

@testable import Service

@Suite struct `Reports by schedule` {
    private let folder: OwnedDirectory
    private let said = SaidWords()

    init() throws { folder = try OwnedDirectory() }

    /// On the first of each month at six, of the month before.
    private func reports(at time: String, formats: String = "html, json") throws -> ScheduledReports {
        let text = """
            stores:
              shop: { location: /srv/backups }
            reports:
              - { name: monthly, cron: "0 6 1 * *", zone: Europe/Paris, period: last-month, formats: [\(formats)], output: \(folder.path)/reports }
            """
        let now = try #require(Timestamp(iso8601: time))
        let context = OperationContext(
            clock: .fixed(now), logger: said.logger, cancellation: Cancellation(), toolVersion: "test")
        return ScheduledReports(
            try ConfigurationReading(Array(text.utf8), file: "c.yaml").checked(),
            try Memory.opening("\(folder.path)/h.sqlite", context), context)
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/reports")) ?? []).sorted()
    }

    @Test func `are written when they are due, and once`() throws {
        try reports(at: "2026-11-01T04:59:59Z").makeDue()
        #expect(files == [])
        let due = try reports(at: "2026-11-01T05:00:00Z")
        due.makeDue()
        #expect(files == ["monthly-2026-10.html", "monthly-2026-10.json"])
        let path = "\(folder.path)/reports/monthly-2026-10.json"
        try "read".write(toFile: path, atomically: true, encoding: .utf8)
        due.makeDue()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "read")
        #expect(said.all == ["a report is written", "a report is written"])
    }

    @Test func `that were missed are made up for`() throws {
        try reports(at: "2026-11-20T12:00:00Z").makeDue()
        #expect(files == ["monthly-2026-10.html", "monthly-2026-10.json"])
    }

    @Test func `are made in every format that is asked for`() throws {
        try reports(at: "2026-11-20T12:00:00Z", formats: "pdf, csv, markdown").makeDue()
        #expect(files == ["monthly-2026-10.csv", "monthly-2026-10.md", "monthly-2026-10.pdf"])
    }
}
