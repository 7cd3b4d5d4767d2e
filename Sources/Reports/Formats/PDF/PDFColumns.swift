// SPDX-License-Identifier: Apache-2.0

/// How wide each column of a table is.
///
/// As wide as its texts where there is room. Else columns of short texts keep them on one line, the others share what is left, and none
/// is narrower than its longest word if it can be.
struct PDFColumns {
    /// In points, with the space on both sides of the text.
    let widths: [Double]
    /// Of each cell, row by row.
    let cells: [[[UInt16]]]
    let heads: [[UInt16]]

    /// On each side of a text, in points.
    static let padding = 3.0

    init(_ grid: Document.Grid, size: Double, within room: Double, _ fonts: PDFFonts) {
        heads = grid.columns.map { PDFLines.signs($0.title, fonts.bold.face) }
        cells = grid.rows.map { $0.map { PDFLines.signs($0, fonts.regular.face) } }
        var whole = heads.map { PDFLines.width($0, fonts.bold.face) }
        var word = heads.map { Self.longestWord($0, fonts.bold.face) }
        for row in cells {
            for (column, cell) in row.enumerated().prefix(whole.count) {
                whole[column] = max(whole[column], PDFLines.width(cell, fonts.regular.face))
                word[column] = max(word[column], Self.longestWord(cell, fonts.regular.face))
            }
        }
        let points = { (thousandths: Int) in Double(thousandths) * size / 1000 + 2 * Self.padding + 0.1 }
        // A word of a kilobyte takes no room from the others.
        let least = word.map { min(points($0), room / 5) }
        widths = Self.shared(whole: zip(whole.map(points), least).map(max), least: least, within: room)
    }

    private static func longestWord(_ signs: [UInt16], _ font: TrueTypeFont) -> Int {
        signs.split(separator: PDFLines.blank).map { PDFLines.width($0, font) }.max() ?? 0
    }

    private static func shared(whole: [Double], least: [Double], within room: Double) -> [Double] {
        let (all, few) = (whole.reduce(0, +), least.reduce(0, +))
        if all <= room { return whole.map { $0 * room / all } }
        if few >= room { return least.map { $0 * room / few } }
        let short = shortOnes(whole, within: room)
        let wanted = zip(whole, least).enumerated().map { short.contains($0) ? $1.0 : $1.1 }
        let base = wanted.reduce(0, +) <= room ? wanted : least
        let missing = zip(whole, base).map { $0 - $1 }
        let share = (room - base.reduce(0, +)) / missing.reduce(0, +)
        return zip(base, missing).map { $0 + $1 * share }
    }

    /// The columns whose texts fit whole into an equal part of the room that shorter ones leave.
    private static func shortOnes(_ whole: [Double], within room: Double) -> Set<Int> {
        var (left, columns) = (room, Set<Int>())
        for (column, width) in whole.enumerated().sorted(by: { $0.element < $1.element }) {
            guard width <= left / Double(whole.count - columns.count) else { break }
            columns.insert(column)
            left -= width
        }
        return columns
    }
}
