// SPDX-License-Identifier: Apache-2.0

/// A document as Markdown that fits a pull request (GitHub Flavored Markdown); pictures are their words.
struct MarkdownText {
    private let document: Document

    init(_ document: Document) { self.document = document }

    var text: String {
        let parts = document.sections.map {
            "## \(Self.inline($0.heading))\n\n\($0.blocks.map(Self.block).joined(separator: "\n"))"
        }
        return "# \(Self.inline(document.title))\n\n\(Self.inline(document.subtitle))\n\n"
            + parts.joined(separator: "\n")
    }

    private static func block(_ block: Document.Block) -> String {
        switch block {
        case .paragraph(let text): "\(inline(text))\n"
        case .list(let lines): lines.map { "- \(inline($0))\n" }.joined()
        case .result(let result, let words): "**\(inline(words)): \(result.rawValue)**\n"
        // No line of a signed note begins with backquotes.
        case .exact(let text): "```text\n\(text)```\n"
        case .heading(let text): "### \(inline(text))\n"
        case .table(let grid): table(grid)
        case .picture(let picture): "\(inline(picture.title)): \(inline(picture.alternative)).\n"
        }
    }

    private static func table(_ grid: Document.Grid) -> String {
        let caption = "\(inline(grid.caption)):\n\n"
        guard !grid.rows.isEmpty else { return "\(caption)\(inline(grid.empty))\n" }
        let head = row(grid.columns.map(\.title))
        let rule = "| \(grid.columns.map { $0.isRight ? "---:" : "---" }.joined(separator: " | ")) |\n"
        return caption + head + rule + grid.rows.map(row).joined()
    }

    private static func row(_ cells: [String]) -> String {
        "| \(cells.map(inline).joined(separator: " | ")) |\n"
    }

    /// What means something to Markdown or HTML means itself; no address becomes a link.
    private static func inline(_ text: String) -> String {
        var (inert, last) = ("", Unicode.Scalar(UInt8(0)))
        let scalars = Array(InertText.shown(text).unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isOfLink = scalar == ":" && next == "/" || scalar == "." && (last == "w" || last == "W")
            if isOfLink || "\\`*_{}[]<>#|~!&$@".unicodeScalars.contains(scalar) { inert += "\\" }
            inert.unicodeScalars.append(scalar)
            last = scalar
        }
        return inert
    }
}
