// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Planning
import TestKit
import Testing

@testable import Reports

/// What is written is read again by programs that know nothing of this one: Poppler and qpdf.
@Suite struct `A report as PDF` {
    private let folder: OwnedDirectory
    private var path: String { "\(folder.path)/report.pdf" }

    init() throws { folder = try OwnedDirectory() }

    private func document(_ blocks: [Document.Block], title: String = "A report") -> Document {
        Document(
            title: title, subtitle: "of a test",
            sections: [
                Document.Part(heading: "First", blocks: [.result(.metWithExceptions, "All")]),
                Document.Part(heading: "Second", blocks: blocks),
            ])
    }

    private func file(_ document: Document) throws -> String {
        let bytes = try PDFText(document, made: SampleFacts.day(40), by: "pg_backctl 1").bytes()
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    private func told(_ program: String, _ arguments: String...) throws -> String {
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/\(program)")
        tool.arguments = arguments
        let (out, wrong) = (Pipe(), Pipe())
        (tool.standardOutput, tool.standardError) = (out, wrong)
        try tool.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let said = String(decoding: wrong.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        tool.waitUntilExit()
        #expect(tool.terminationStatus == 0 && said.isEmpty, "\(program): \(said)")
        return text
    }

    private func text(_ document: Document) throws -> String {
        try told("pdftotext", "-layout", try file(document), "-")
    }

    private func table(_ rows: [[String]], _ columns: Int) -> Document.Block {
        .table(
            Document.Grid(
                caption: "A table",
                columns: (0..<columns).map { .init(title: "C\($0)", isRight: $0 == 1) }, rows: rows))
    }

    @Test func `is a file that other programs read without a complaint`() throws {
        let path = try file(document([.paragraph("Text.")]))
        #expect(try told("qpdf", "--check", path).contains("No syntax or stream encoding errors found"))
        let fonts = try told("pdffonts", path).split(separator: "\n").dropFirst(2)
        #expect(fonts.count == 2)
        // Embedded, in part, and with what each sign means.
        #expect(fonts.allSatisfy { $0.contains("yes yes yes") })
        let facts = try told("pdfinfo", path)
        #expect(facts.contains("Title:           A report") && facts.contains("A4"))
        #expect(facts.contains("Creator:         pg_backctl 1"))
    }

    @Test func `has its sections in a list beside the pages`() throws {
        let path = try file(document([]))
        let json = try told("qpdf", "--json", "--json-key=outlines", path)
        #expect(json.contains(#""title": "First""#) && json.contains(#""title": "Second""#))
    }

    @Test func `has its text as text, and numbers on its pages`() throws {
        let text = try text(document([.list(["Ölçü, Жук, λ → ≥ ✔"]), .exact("a\nb")]))
        for word in ["A report", "△ All: met with exceptions", "Ölçü, Жук, λ → ≥ ✔", "Page 1 of 1"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func `tells signs that it has no form for by their numbers, and hidden ones as they are written`()
        throws
    {
        let text = try text(document([.paragraph("a عر 🙂 中 (b) \\ \u{1B}[2J \u{202E}z")], title: "(x) \\"))
        #expect(text.contains("a ‹U+0639 U+0631› ‹U+1F642› ‹U+4E2D› (b) \\ \\u{1b}[2J \\u{202e}z"))
    }

    @Test func `tells a picture's figures to who copies or searches`() throws {
        let picture = BarChart(
            "Sizes", [.init(label: "a", value: 3), .init(label: "b", value: 4, fault: "late")]
        ) {
            "\(Int($0)) things"
        }.picture
        let text = try text(document([.picture(try #require(picture))]))
        #expect(text.contains("a: 3 things; b: 4 things, late"), "\(text)")
    }

    @Test func `cuts no row between pages, and tells the columns again on each`() throws {
        let rows = (0..<300).map { ["row \($0)", "\($0)", String(repeating: "word ", count: $0 % 60)] }
        let pages = try text(document([table(rows, 3)])).split(separator: "\u{0C}")
        #expect(pages.count > 5)
        for page in pages { #expect(page.contains("C0") && page.contains("C2"), "\(page)") }
        let all = pages.joined()
        for row in rows { #expect(all.contains("\(row[0]) "), "\(row[0])") }
    }

    @Test func `keeps a row that is longer than a page, and a word of a kilobyte`() throws {
        let text = try text(
            document([
                table([["long", "1", (0..<4000).map { "w\($0)" }.joined(separator: " ")]], 3),
                table([[String(repeating: "z", count: 1024), "2", "end"]], 3),
            ]))
        let words = Set(text.split { $0.isWhitespace })
        #expect((0..<4000).allSatisfy { words.contains("w\($0)") })
        #expect(text.count { $0 == "z" } == 1024)
    }

    @Test func `keeps a line that somebody may type off in one piece`() throws {
        let note = "— pg_backctl/\(String(repeating: "0", count: 32)) \(String(repeating: "A", count: 92))"
        #expect(try text(document([.exact(note)])).contains(note))
    }

    @Test func `says what the other forms say`() throws {
        let report = ComplianceReport(
            try SampleFacts.make([SampleFacts.shop]), try FrameworkCatalogue().frameworks)
        try Data(try report.bytes(as: .pdf, in: .utc)).write(to: URL(filePath: path))
        let text = try told("pdftotext", path, "-").split { $0.isWhitespace }.joined(separator: " ")
        for sentence in report.summary { #expect(text.contains(sentence), "\(sentence)") }
        for framework in report.frameworks {
            for control in framework.controls { #expect(text.contains(control.number), "\(control.number)") }
        }
    }

    @Test(arguments: 0..<100) func `a font that is damaged is refused or used, whatever was changed`(
        seed: Int
    ) throws {
        let font = try TrueTypeFont.regular()
        var bytes = Array(font.bytes.prefix(seed % 4 == 0 ? seed * 397 : font.bytes.count))
        if !bytes.isEmpty {
            for step in 0..<8 {
                bytes[(seed * 7919 + step * 104_729) % min(bytes.count, 6000)] ^= UInt8(1 << step)
            }
        }
        do throws(FontError) {
            var damaged = PDFFont(try TrueTypeFont("damaged", bytes: bytes))
            _ = damaged.written(PDFLines.signs("Ä quick text", damaged.face))
            var file = PDFFile()
            _ = try damaged.add(to: &file, tag: "ABCDEF")
        } catch {}
    }
}
