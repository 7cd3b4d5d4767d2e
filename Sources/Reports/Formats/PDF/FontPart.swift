// SPDX-License-Identifier: Apache-2.0

/// The part of a font that some signs need, as a TrueType file of its own (ISO 32000-1, 9.9).
///
/// Glyphs are numbered anew: 0 is what stands for a missing one, then one for each sign, then the pieces that they are put together from.
struct FontPart {
    private let font: TrueTypeFont
    private var outlines: [[UInt8]] = []
    private var metrics: [UInt8] = []
    private var numbers: [UInt16: UInt16] = [:]
    private var pieces: [UInt16] = []
    private let signs: Int

    init(of font: TrueTypeFont, signs: [UInt16]) throws(FontError) {
        (self.font, self.signs) = (font, signs.count)
        let glyphs = [0] + signs.map(font.glyph)
        for (number, glyph) in glyphs.enumerated() where numbers[glyph] == nil {
            numbers[glyph] = UInt16(clamping: number)
        }
        for glyph in glyphs { try add(glyph, all: glyphs.count) }
        var done = 0
        while done < pieces.count {
            try add(pieces[done], all: glyphs.count)
            done += 1
        }
    }

    private mutating func add(_ glyph: UInt16, all: Int) throws(FontError) {
        var outline = Array(try font.outline(of: glyph))
        if !outline.isEmpty, try outline.signed(at: 0) < 0 {
            for place in try Self.pieces(of: outline) {
                let piece = UInt16(try outline.number(at: place))
                let number = renumbered(piece, all: all)
                (outline[place], outline[place + 1]) = (UInt8(number >> 8), UInt8(number & 0xFF))
            }
        }
        // Each begins at a multiple of four.
        outline += [UInt8](repeating: 0, count: (4 - outline.count % 4) % 4)
        outlines.append(outline)
        metrics += try font.metrics(of: glyph)
    }

    private mutating func renumbered(_ piece: UInt16, all: Int) -> UInt16 {
        if let number = numbers[piece] { return number }
        let number = UInt16(clamping: all + pieces.count)
        numbers[piece] = number
        pieces.append(piece)
        return number
    }

    /// Where the numbers of its pieces are, in a glyph that is put together from others.
    private static func pieces(of outline: [UInt8]) throws(FontError) -> [Int] {
        var (places, place) = ([Int](), 10)
        while true {
            let flags = try outline.number(at: place)
            places.append(place + 2)
            let scales = flags & 0x8 != 0 ? 2 : flags & 0x40 != 0 ? 4 : flags & 0x80 != 0 ? 8 : 0
            place += 4 + (flags & 0x1 != 0 ? 4 : 2) + scales
            guard flags & 0x20 != 0 else { return places }
        }
    }

    /// The file.
    func bytes() throws(FontError) -> [UInt8] {
        var (head, hhea, maxp) = (try font.table("head"), try font.table("hhea"), try font.table("maxp"))
        let count = UInt16(clamping: outlines.count)
        // Places of outlines have four bytes each; nobody checks sums of a font inside of a document.
        head.replaceSubrange(50..<52, with: [0, 1])
        hhea.replaceSubrange(34..<36, with: count.bytes)
        maxp.replaceSubrange(4..<6, with: count.bytes)
        var (loca, glyf) = ([UInt8](), [UInt8]())
        for outline in outlines {
            loca += UInt32(glyf.count).bytes
            glyf += outline
        }
        loca += UInt32(glyf.count).bytes
        return Self.file([
            ("glyf", glyf), ("head", head), ("hhea", hhea), ("hmtx", metrics), ("loca", loca), ("maxp", maxp),
        ])
    }

    /// Tables in the order of their names.
    private static func file(_ tables: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var file: [UInt8] = [0, 1, 0, 0] + UInt16(tables.count).bytes
        // The next lower power of two of six tables is four.
        file += UInt16(64).bytes + UInt16(2).bytes + UInt16(16 * tables.count - 64).bytes
        var (entries, body) = ([UInt8](), [UInt8]())
        let start = 12 + 16 * tables.count
        for (name, bytes) in tables {
            let padded = bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
            entries += Array(name.utf8) + sum(padded).bytes + UInt32(start + body.count).bytes
            entries += UInt32(bytes.count).bytes
            body += padded
        }
        return file + entries + body
    }

    private static func sum(_ bytes: [UInt8]) -> UInt32 {
        stride(from: 0, to: bytes.count, by: 4).reduce(UInt32(0)) { sum, place in
            sum &+ bytes[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
    }
}

extension FixedWidthInteger {
    /// The greatest first.
    fileprivate var bytes: [UInt8] {
        stride(from: bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
