// SPDX-License-Identifier: Apache-2.0

/// Puts one block below the other, and begins a page where the last one is full.
struct PDFFlow {
    /// Where a section begins.
    struct Section {
        var heading: String
        var page: Int
        var y: Double
    }

    var fonts: PDFFonts
    private(set) var pages = [PDFPage()]
    private(set) var sections: [Section] = []
    /// Where the next block begins, from the top of the page.
    private(set) var y = top

    static let left = 42.0
    static let right = PDFPage.width - 42
    static let top = 56.0
    static let bottom = PDFPage.height - 54
    static let room = right - left

    init(_ fonts: PDFFonts) { self.fonts = fonts }

    // MARK: Blocks

    mutating func title(_ title: String, _ subtitle: String) {
        paragraph(title, size: 18, .bold, after: 4)
        paragraph(subtitle, size: 9, .regular, .grey, after: 8)
    }

    /// No heading stands alone at the foot of a page.
    mutating func section(_ heading: String, before block: Document.Block?) {
        var room = 90.0
        if case .picture(let picture)? = block {
            room = min(60 + Self.height(of: picture), Self.bottom - Self.top)
        }
        need(room)
        if y > Self.top { y += 10 }
        sections.append(Section(heading: heading, page: pages.count - 1, y: y))
        paragraph(heading, size: 13, .bold, after: 2)
        draw { $0.line(x: Self.left, y: $1, toX: Self.right, toY: $1, .rule, width: 1) }
        y += 8
    }

    mutating func add(_ block: Document.Block) {
        switch block {
        case .paragraph(let text): paragraph(text, size: 9, .regular, after: 5)
        case .heading(let text):
            need(70)
            y += 4
            paragraph(text, size: 10.5, .bold, after: 3)
        case .list(let lines): for line in lines { item(line) }
        case .exact(let text):
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) { exact(String(line)) }
            y += 4
        case .result(let result, let words): self.result(result, words)
        case .table(let grid): table(grid)
        case .picture(let picture): self.picture(picture)
        }
    }

    /// Somebody may type it off: it stays one line, however small.
    private mutating func exact(_ line: String) {
        let width = PDFLines.width(PDFLines.signs(line, fonts.regular.face), fonts.regular.face)
        let size = width > 0 ? min(7, Self.room * 1000 / Double(width + 1)) : 7
        paragraph(line, size: size, .regular, after: 1)
    }

    private mutating func item(_ text: String) {
        need(12)
        let bullet = fonts.written([0x2022], .regular)
        draw { $0.text(bullet, x: Self.left + 2, y: $1 + 9, size: 9, .regular) }
        paragraph(text, size: 9, .regular, after: 2, indent: 12)
    }

    private mutating func result(_ result: ControlResult, _ words: String) {
        need(30)
        let text = "\(result.mark) \(words): \(result.rawValue)"
        let written = fonts.written(PDFLines.signs(text, fonts.bold.face), .bold)
        let ink = result.ink
        draw { page, y in
            page.box(x: Self.left, y: y, width: 4, height: 20, ink)
            page.box(x: Self.left + 4, y: y, width: Self.room - 4, height: 20, .soft)
            page.text(written, x: Self.left + 12, y: y + 14, size: 11, .bold, ink)
        }
        y += 26
    }

    private mutating func paragraph(
        _ text: String, size: Double, _ face: PDFPage.Face, _ ink: PDFPage.Ink = .black, after: Double,
        indent: Double = 0
    ) {
        let font = fonts.face(face)
        let width = Int((Self.room - indent) * 1000 / size)
        for line in PDFLines.broken(PDFLines.signs(text, font), width: width, font) {
            let height = size * 1.3
            need(height)
            let written = fonts.written(line, face)
            draw { $0.text(written, x: Self.left + indent, y: $1 + size, size: size, face, ink) }
            y += height
        }
        y += after
    }

    // MARK: Tables

    private static let size = 6.8
    private static let lineHeight = 8.4

    private mutating func table(_ grid: Document.Grid) {
        guard !grid.rows.isEmpty else {
            return paragraph("\(grid.caption): \(grid.empty)", size: 9, .regular, after: 5)
        }
        need(60)
        paragraph(grid.caption, size: 9, .bold, after: 2)
        let columns = PDFColumns(grid, size: Self.size, within: Self.room, fonts)
        let rights = grid.columns.map(\.isRight)
        head(columns, rights)
        for row in columns.cells {
            var lines = broken(row, columns, .regular)
            // A row that no page holds goes on where it must; all others stay whole.
            if !fits(Self.height(of: lines)) { next(columns, rights) }
            while !fits(Self.height(of: lines)) {
                let most = max(1, Int((Self.bottom - y - 4) / Self.lineHeight))
                self.row(lines.map { Array($0.prefix(most)) }, columns, rights, .regular)
                lines = lines.map { Array($0.dropFirst(most)) }
                next(columns, rights)
            }
            self.row(lines, columns, rights, .regular)
        }
        y += 8
    }

    private mutating func next(_ columns: PDFColumns, _ rights: [Bool]) {
        newPage()
        head(columns, rights)
    }

    private mutating func head(_ columns: PDFColumns, _ rights: [Bool]) {
        let lines = broken(columns.heads, columns, .bold)
        let height = Self.height(of: lines)
        draw { $0.box(x: Self.left, y: $1, width: Self.room, height: height, .soft) }
        row(lines, columns, rights, .bold)
    }

    private func broken(
        _ cells: [[UInt16]], _ columns: PDFColumns, _ face: PDFPage.Face
    ) -> [[ArraySlice<UInt16>]] {
        zip(cells, columns.widths).map { cell, width in
            PDFLines.broken(
                cell, width: Int((width - 2 * PDFColumns.padding) * 1000 / Self.size) + 1, fonts.face(face))
        }
    }

    private static func height(of lines: [[ArraySlice<UInt16>]]) -> Double {
        Double(lines.map(\.count).max() ?? 1) * lineHeight + 4
    }

    private mutating func row(
        _ lines: [[ArraySlice<UInt16>]], _ columns: PDFColumns, _ rights: [Bool], _ face: PDFPage.Face
    ) {
        var x = Self.left
        for (column, cell) in lines.enumerated() {
            let width = columns.widths[column]
            for (index, line) in cell.enumerated() where !line.isEmpty {
                let wide = Double(PDFLines.width(line, fonts.face(face))) * Self.size / 1000
                let start = rights[column] ? x + width - PDFColumns.padding - wide : x + PDFColumns.padding
                let written = fonts.written(line, face)
                draw {
                    $0.text(
                        written, x: start, y: $1 + 2 + Self.size + Double(index) * Self.lineHeight,
                        size: Self.size, face)
                }
            }
            x += width
        }
        y += Self.height(of: lines)
        draw { $0.line(x: Self.left, y: $1, toX: Self.right, toY: $1, .rule, width: 0.4) }
    }

    // MARK: Pictures

    /// Points to a unit of a picture.
    private static let scale = 4.2

    private static func height(of picture: Picture) -> Double {
        min(picture.height * scale + 20, bottom - top)
    }

    /// With its figures as the text of what is drawn: nobody hears a drawing.
    private mutating func picture(_ picture: Picture) {
        need(Self.height(of: picture))
        paragraph(picture.title, size: 9, .bold, after: 3)
        pages[pages.count - 1].beginFigure(InertText.shown(picture.alternative))
        for shape in picture.shapes { draw(shape) }
        pages[pages.count - 1].endFigure()
        y += picture.height * Self.scale + 6
    }

    private mutating func draw(_ shape: Picture.Shape) {
        let (x0, y0, scale) = (Self.left, y, Self.scale)
        switch shape {
        case .box(let x, let y, let width, let height, let tone):
            pages[pages.count - 1].box(
                x: x0 + x * scale, y: y0 + y * scale, width: width * scale, height: height * scale, tone.ink)
        case .line(let x, let y, let toX, let toY, let tone, let isDashed):
            pages[pages.count - 1].line(
                x: x0 + x * scale, y: y0 + y * scale, toX: x0 + toX * scale, toY: y0 + toY * scale, tone.ink,
                isDashed: isDashed)
        case .words(let x, let y, let words, let isCentred):
            let signs = PDFLines.signs(words, fonts.regular.face)
            let size = 2.1 * scale
            let wide = Double(PDFLines.width(signs, fonts.regular.face)) * size / 1000
            let start = x0 + x * scale - (isCentred ? wide / 2 : 0)
            pages[pages.count - 1].text(
                fonts.written(signs, .regular), x: start, y: y0 + y * scale, size: size, .regular)
        }
    }

    // MARK: Pages

    /// Above each page what it is of, below it its number and that of all.
    mutating func numberPages(_ title: String) {
        let title = fonts.written(PDFLines.signs(title, fonts.regular.face), .regular)
        for index in pages.indices {
            let signs = PDFLines.signs("Page \(index + 1) of \(pages.count)", fonts.regular.face)
            let wide = Double(PDFLines.width(signs, fonts.regular.face)) * 8 / 1000
            let number = fonts.written(signs, .regular)
            pages[index].text(
                number, x: Self.right - wide, y: PDFPage.height - 30, size: 8, .regular, .grey)
            if index > 0 { pages[index].text(title, x: Self.left, y: 34, size: 8, .regular, .grey) }
        }
    }

    private func fits(_ height: Double) -> Bool { y + height <= Self.bottom }

    /// A new page where the rest of this one is lower than that.
    private mutating func need(_ height: Double) { if !fits(height) { newPage() } }

    private mutating func newPage() {
        pages.append(PDFPage())
        y = Self.top
    }

    private mutating func draw(_ drawing: (inout PDFPage, Double) -> Void) {
        drawing(&pages[pages.count - 1], y)
    }
}

extension ControlResult {
    fileprivate var ink: PDFPage.Ink {
        switch self {
        case .met: .good
        case .metWithExceptions: .middling
        case .notMet: .bad
        case .noData: .grey
        }
    }
}

extension Picture.Tone {
    fileprivate var ink: PDFPage.Ink {
        switch self {
        case .best: .best
        case .good: .good
        case .middling: .middling
        case .bad: .bad
        case .none: .none
        case .ink: .black
        case .faint: .rule
        }
    }
}
