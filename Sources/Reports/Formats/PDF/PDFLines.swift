// SPDX-License-Identifier: Apache-2.0

/// Text that a font can show, and the lines that it makes in a given width.
enum PDFLines {
    /// What the font has no sign for, and what would have to be shaped, is told by its number, such as `‹U+4E2D›`.
    static func signs(_ text: String, _ font: TrueTypeFont) -> [UInt16] {
        var (signs, isForeign) = ([UInt16](), false)
        for scalar in InertText.shown(text).unicodeScalars {
            let isShown = font.has(scalar)
            switch (isForeign, isShown) {
            case (false, false): signs.append(0x2039)
            case (true, true): signs.append(0x203A)
            case (true, false): signs.append(0x20)
            case (false, true): break
            }
            signs += isShown ? [UInt16(scalar.value)] : Array("U+\(number(scalar))".utf16)
            isForeign = !isShown
        }
        return isForeign ? signs + [0x203A] : signs
    }

    private static func number(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// In thousandths of the size of the letters.
    static func width(_ signs: some Sequence<UInt16>, _ font: TrueTypeFont) -> Int {
        signs.reduce(0) { $0 + font.width(of: $1) }
    }

    /// Lines of at most `width` thousandths, broken at blanks; a word that is wider is broken where it has to be.
    static func broken(_ signs: [UInt16], width: Int, _ font: TrueTypeFont) -> [ArraySlice<UInt16>] {
        guard Self.width(signs, font) > width else { return [signs[...]] }
        var lines: [ArraySlice<UInt16>] = []
        var rest = signs[...]
        while !rest.isEmpty {
            let end = end(of: rest, width: width, font)
            lines.append(rest[..<end])
            rest = rest[end...].drop { $0 == blank }
        }
        return lines.isEmpty ? [signs[...]] : lines
    }

    private static func end(of rest: ArraySlice<UInt16>, width: Int, _ font: TrueTypeFont) -> Int {
        var (sum, lastBlank) = (0, Int?.none)
        for index in rest.indices {
            sum += font.width(of: rest[index])
            if rest[index] == blank { lastBlank = index }
            // One sign at least, however narrow the column.
            guard sum > width, index > rest.startIndex else { continue }
            return lastBlank.flatMap { $0 > rest.startIndex ? $0 : nil } ?? index
        }
        return rest.endIndex
    }

    static let blank: UInt16 = 0x20
}
