// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("report on the command line")
struct ReportCommandTests {
    private let binary: Binary
    private let tree: FileTree

    init() throws {
        (binary, tree) = (try Binary(), try FileTree())
        try BackupSet.tar("20251027T143000").write(to: tree)
        try """
        history: \(binary.home.path)/h.sqlite
        stores:
          shop: { location: \(tree.path), posture: off, prove: { all: { checksummed: 7d } } }
        """.write(toFile: "\(binary.home.path)/c.yaml", atomically: true, encoding: .utf8)
    }

    private func run(_ words: String...) async throws -> BinaryRun {
        try await binary.run(words + ["--config", "\(binary.home.path)/c.yaml"])
    }

    private struct Made: Decodable {
        var result: String
        var files: [String]
    }

    @Test func `writes what the history tells, in each form`() async throws {
        #expect(try await run("sweep").status == 0)
        // The clock may come to another year while this runs.
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        let run = try await run(
            "report", "--period", "\(year)", "--format", "html,json,pdf", "--format", "csv,markdown",
            "--framework", "soc2,nis2", "--json")
        let made = try run.document(Made.self)
        #expect(run.status == 0 && made.files.count == 5, "\(run)")
        #expect(made.files.allSatisfy { $0.hasPrefix("\(binary.home.path)/reports/compliance-") })
        let json = try Data(
            contentsOf: URL(filePath: try #require(made.files.first { $0.hasSuffix(".json") })))
        let report = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let store = try #require((report["stores"] as? [[String: Any]])?.first)
        #expect((store["backups"] as? [Any])?.count == 1)
        #expect(
            (report["frameworks"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == [
                "soc2", "nis2",
            ])
    }

    @Test(arguments: ["inventory", "incident", "backup"])
    func `tells of other things than controls, in each form and as its schema says`(kind: String) async throws
    {
        try #require(try await run("sweep").status == 0)
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        let label = try #require(try FileManager.default.contentsOfDirectory(atPath: tree.path).first)
        let words = kind == "backup" ? ["--backup", label] : []
        let run = try await binary.run(
            [
                "report", "--kind", kind, "--period", "\(year)", "--format", "html,pdf,json,csv,markdown",
                "--json",
                "--config", "\(binary.home.path)/c.yaml",
            ] + words)
        let made = try run.document(MadeOfKind.self)
        #expect(run.status == 0 && made.kind == kind && made.files.count == 5, "\(run)")
        let json = try #require(made.files.first { $0.hasSuffix(".json") })
        #expect(json.contains(kind == "backup" ? "/backup-\(label)-\(year)" : "/\(kind)-\(year)"))
        #expect(try JSONSchemaCheck.faults(of: json, schema: "report.\(kind)-1") == "")
    }

    private struct MadeOfKind: Decodable {
        var kind: String
        var files: [String]
    }

    @Test func `says that nothing is known of a backup, and which one is wanted`() async throws {
        try #require(try await run("sweep").status == 0)
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        #expect(
            try await run("report", "--kind", "backup", "--backup", "x", "--period", "\(year)").status == 9)
        #expect(try await run("report", "--kind", "backup").status == 12)
    }

    @Test func `refuses what it cannot make`() async throws {
        #expect(try await run("sweep").status == 0)
        for words in [
            ["--period", "2026-13"], ["--format", "docx"], ["--framework", "sox"], ["--from", "2026-01-01"],
            ["--output", "s3://bucket/reports"], ["--zone", "Mars/Olympus"],
            ["--framework-file", "nowhere.yaml"], ["--kind", "tax"],
            ["--kind", "incident", "--framework", "soc2"],
            ["--backup", "A"],
        ] {
            let run = try await binary.run(["report"] + words + ["--config", "\(binary.home.path)/c.yaml"])
            #expect(run.status == 14, "\(words): \(run)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(binary.home.path)/reports"))
    }
}
