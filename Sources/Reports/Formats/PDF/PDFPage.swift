// SPDX-License-Identifier: Apache-2.0

/// What one page shows: text, boxes and lines, in points from its top left corner (ISO 32000-1, 8 and 9).
struct PDFPage {
    /// A4.
    static let width = 595.28
    static let height = 841.89

    enum Face: Sendable { case regular, bold }

    /// As on paper in the other formats; they differ in brightness, too.
    enum Ink: String, Sendable {
        case black = "0 0 0"
        case grey = "0.35 0.35 0.35"
        case rule = "0.6 0.6 0.6"
        case soft = "0.93 0.93 0.93"
        case best = "0.03 0.14 0.35"
        case good = "0.08 0.36 0.20"
        case middling = "0.62 0.45 0.12"
        case bad = "0.55 0.11 0.09"
        case none = "0.5 0.5 0.5"
    }

    private(set) var content: [UInt8] = []

    /// `y` is that of the base line.
    mutating func text(
        _ written: [UInt8], x: Double, y: Double, size: Double, _ face: Face, _ ink: Ink = .black
    ) {
        add(
            "BT \(ink.rawValue) rg /\(face == .bold ? "B" : "R") \(PDFFile.number(size)) Tf \(place(x, y)) Td "
        )
        content += written
        add(" Tj ET\n")
    }

    /// `y` is that of its upper edge.
    mutating func box(x: Double, y: Double, width: Double, height: Double, _ ink: Ink) {
        add(
            "\(ink.rawValue) rg \(place(x, y + height)) \(PDFFile.number(width)) \(PDFFile.number(height)) re f\n"
        )
    }

    mutating func line(
        x: Double, y: Double, toX: Double, toY: Double, _ ink: Ink, width: Double = 0.5,
        isDashed: Bool = false
    ) {
        add("\(ink.rawValue) RG \(PDFFile.number(width)) w \(isDashed ? "[4 3]" : "[]") 0 d ")
        add("\(place(x, y)) m \(place(toX, toY)) l S\n")
    }

    /// What is drawn until `endFigure`, in words, for those who copy, search or listen (14.9.4).
    mutating func beginFigure(_ words: String) {
        add("/Span << /ActualText \(PDFFile.text(words)) >> BDC\n")
    }

    mutating func endFigure() { add("EMC\n") }

    private mutating func add(_ text: String) { content += Array(text.utf8) }

    private func place(_ x: Double, _ y: Double) -> String {
        "\(PDFFile.number(x)) \(PDFFile.number(Self.height - y))"
    }
}
