// SPDX-License-Identifier: Apache-2.0

/// A document as one HTML file that asks for nothing: no script, no font, no other file.
///
/// It is readable on a phone, in the dark and on paper (A4 and Letter); rows are not cut between pages, and heads of tables come again.
struct HTMLText {
    private let document: Document

    init(_ document: Document) { self.document = document }

    var text: String {
        let body = document.sections.enumerated().map(Self.section).joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Self.inline(document.title)), \(Self.inline(document.subtitle.prefix { $0 != "(" }.trimmed))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <header><h1>\(Self.inline(document.title))</h1><p>\(Self.inline(document.subtitle))</p></header>
            <nav aria-label="Contents"><ul>\(contents)</ul></nav>
            <main>
            \(body)
            </main>
            </body>
            </html>

            """
    }

    private var contents: String {
        document.sections.enumerated().map { index, part in
            "<li><a href=\"#s\(index)\">\(Self.inline(part.heading))</a></li>"
        }.joined()
    }

    private static func section(_ index: Int, _ part: Document.Part) -> String {
        "<section id=\"s\(index)\" aria-labelledby=\"h\(index)\"><h2 id=\"h\(index)\">\(inline(part.heading))</h2>\n\(part.blocks.map(block).joined(separator: "\n"))\n</section>"
    }

    private static func block(_ block: Document.Block) -> String {
        switch block {
        case .paragraph(let text): "<p>\(inline(text))</p>"
        case .list(let lines): "<ul>\(lines.map { "<li>\(inline($0))</li>" }.joined())</ul>"
        case .result(let result, let words):
            "<p class=\"result \(kind(result))\"><strong>\(result.mark) \(inline(words)): \(result.rawValue)</strong></p>"
        case .exact(let text):
            "<pre>\(text.split(separator: "\n", omittingEmptySubsequences: false).map { inline(String($0)) }.joined(separator: "\n"))</pre>"
        case .heading(let text): "<h3>\(inline(text))</h3>"
        case .table(let grid): table(grid)
        case .picture(let picture): SVGText(picture).text
        }
    }

    private static func kind(_ result: ControlResult) -> String {
        switch result {
        case .met: "good"
        case .metWithExceptions: "middling"
        case .notMet: "bad"
        case .noData: "none"
        }
    }

    /// A table wider than the screen scrolls by itself, also by keyboard.
    private static func table(_ grid: Document.Grid) -> String {
        let caption = inline(grid.caption)
        guard !grid.rows.isEmpty else { return "<p><em>\(caption):</em> \(inline(grid.empty))</p>" }
        let head = grid.columns.map {
            "<th scope=\"col\"\($0.isRight ? " class=\"n\"" : "")>\(inline($0.title))</th>"
        }
        .joined()
        let rows = grid.rows.map { cells in
            let cells = zip(grid.columns, cells).map { column, cell in
                "<td\(column.isRight ? " class=\"n\"" : "")>\(cell.isEmpty ? "&nbsp;" : breakable(cell))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return
            "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"\(caption)\"><table><caption>\(caption)</caption><thead><tr>\(head)</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div>"
    }

    /// A long word may be broken every few characters, so that no cell is wider than a page; short ones stay whole.
    private static func breakable(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard word.count > longestWord else { return inline(String(word)) }
            var pieces: [String] = []
            var rest = word
            while !rest.isEmpty {
                pieces.append(inline(String(rest.prefix(longestWord / 2))))
                rest = rest.dropFirst(longestWord / 2)
            }
            return pieces.joined(separator: "<wbr>")
        }.joined(separator: " ")
    }

    private static let longestWord = 24

    /// Every text goes through here: nothing of it is markup.
    static func inline(_ text: String) -> String {
        var inert = ""
        // By scalars: what stands above or below one makes another character of it, and the same markup.
        for scalar in InertText.shown(text).unicodeScalars {
            switch scalar {
            case "&": inert += "&amp;"
            case "<": inert += "&lt;"
            case ">": inert += "&gt;"
            case "\"": inert += "&quot;"
            case "'": inert += "&#39;"
            default: inert.unicodeScalars.append(scalar)
            }
        }
        return inert
    }

    private static let style = """
        :root{--ink:#1b1f24;--paper:#fff;--rule:#c8ced6;--soft:#f2f4f7;--best:#0b3d91;--good:#1f7a45;--middling:#8a5a00;--bad:#b3261e;--none:#59636e;--link:#0b57b0}
        @media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--paper:#14171b;--rule:#444c56;--soft:#1f242b;--best:#8ab4ff;--good:#5fcf8d;--middling:#e3b04b;--bad:#ff8a80;--none:#a3adb8;--link:#8ab8ff}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:75rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
        h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:2px solid var(--rule)}
        p,li,h1,h2,figcaption{overflow-wrap:break-word}a{color:var(--link)}nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}
        .result{font-size:1.15rem;padding:.5rem .75rem;border:2px solid;border-radius:.4rem}
        .good{color:var(--good)}.middling{color:var(--middling)}.bad{color:var(--bad)}.none{color:var(--none)}
        .wide{overflow-x:auto;margin:1rem 0;background:linear-gradient(90deg,var(--paper) 30%,transparent),linear-gradient(270deg,var(--paper) 30%,transparent) 100% 0,linear-gradient(90deg,var(--none),transparent),linear-gradient(270deg,var(--none),transparent) 100% 0;background-repeat:no-repeat;background-size:3rem 100%,3rem 100%,.6rem 100%,.6rem 100%;background-attachment:local,local,scroll,scroll}table{border-collapse:collapse;width:100%;font-size:.9rem}
        caption{text-align:left;font-weight:600;padding:.25rem 0}
        th,td{border:1px solid var(--rule);padding:.3rem .5rem;text-align:left;vertical-align:top;min-width:4.5rem}
        th{background:var(--soft)}.n{text-align:right;font-variant-numeric:tabular-nums}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
        figure{margin:1rem 0}figcaption{font-weight:600}figure{overflow-x:auto}svg{width:100%;min-width:34rem;max-width:45rem;height:auto;display:block}
        svg text{font:2.4px system-ui,sans-serif;fill:var(--ink)}
        svg .best{fill:var(--best)}svg .good{fill:var(--good)}svg .middling{fill:var(--middling)}svg .bad{fill:var(--bad)}svg .none{fill:var(--none)}
        svg line{stroke:var(--ink);stroke-width:.25}svg line.faint{stroke:var(--rule)}
        @media print{:root{--ink:#000;--paper:#fff;--rule:#888;--soft:#eee;--best:#08245a;--good:#145c32;--middling:#6b4600;--bad:#8c1d18;--none:#444;--link:#000}
        @page{size:auto;margin:18mm 14mm;@bottom-right{content:counter(page) " / " counter(pages)}}
        body{max-width:none;padding:0;font-size:9.5pt}nav{display:none}pre{font-size:5.8pt}.wide{overflow:visible;background:none}figure{overflow:visible}svg{min-width:0}table{font-size:7.5pt}
        thead{display:table-header-group}tr,figure{break-inside:avoid}h2,h3,caption{break-after:avoid}th,td{min-width:0;padding:1.5pt 3pt}}
        """
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
