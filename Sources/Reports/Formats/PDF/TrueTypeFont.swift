// SPDX-License-Identifier: Apache-2.0
import CFonts

/// A font of the program's own, read as far as a PDF needs it (OpenType 1.9: `head`, `hhea`, `maxp`, `hmtx`, `cmap`, `loca`, `glyf`).
struct TrueTypeFont: Sendable {
    /// As a PDF calls it, without the mark of a part.
    let name: String
    let bytes: [UInt8]
    /// In thousandths of the size of the letters, upwards from the base line.
    let ascent, descent: Int
    /// Left, bottom, right and top of what holds each letter, in thousandths.
    let box: [Int]
    private let tables: [String: Range<Int>]
    /// The glyph of each sign of Unicode's first plane; 0 where there is none.
    private let glyphs: [UInt16]
    /// In thousandths, by sign.
    private let widths: [UInt16]

    static func regular() throws(FontError) -> TrueTypeFont {
        try unsafe TrueTypeFont("DejaVuSansCondensed", pgb_font_regular())
    }

    static func bold() throws(FontError) -> TrueTypeFont {
        try unsafe TrueTypeFont("DejaVuSansCondensed-Bold", pgb_font_bold())
    }

    private init(_ name: String, _ font: pgb_font) throws(FontError) {
        try self.init(name, bytes: unsafe Array(UnsafeBufferPointer(start: font.bytes, count: font.count)))
    }

    /// Throws for what is no TrueType font with a map of Unicode's first plane.
    init(_ name: String, bytes: [UInt8]) throws(FontError) {
        (self.name, self.bytes) = (name, bytes)
        tables = try Self.tables(bytes)
        let head = try Self.start(of: "head", tables)
        let hhea = try Self.start(of: "hhea", tables)
        let units = try bytes.number(at: head + 18)
        guard units > 0, try bytes.number(at: head + 50) <= 1 else { throw .damaged("head") }
        let thousandths = { (value: Int) in value * 1000 / units }
        ascent = thousandths(try bytes.signed(at: hhea + 4))
        descent = thousandths(try bytes.signed(at: hhea + 6))
        var corners: [Int] = []
        for corner in 0..<4 { corners.append(thousandths(try bytes.signed(at: head + 36 + 2 * corner))) }
        box = corners
        glyphs = try Self.map(bytes, try Self.start(of: "cmap", tables))
        let advances = try Self.advances(bytes, tables)
        widths = glyphs.map { glyph in
            UInt16(clamping: thousandths(Int(advances[min(Int(glyph), advances.count - 1)])))
        }
    }

    /// 0 for a sign that the font does not have.
    func glyph(of sign: UInt16) -> UInt16 { glyphs[Int(sign)] }

    func has(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0xFFFF && glyphs[Int(scalar.value)] != 0
    }

    /// In thousandths of the size of the letters.
    func width(of sign: UInt16) -> Int { Int(widths[Int(sign)]) }

    /// The advance of a glyph and its left side bearing, as they are in the file.
    func metrics(of glyph: UInt16) throws(FontError) -> ArraySlice<UInt8> {
        let last = try bytes.number(at: try start(of: "hhea") + 34) - 1
        let hmtx = try start(of: "hmtx")
        let full = hmtx + 4 * min(Int(glyph), last)
        guard Int(glyph) > last else { return try bytes.part(full..<full + 4) }
        let bearing = hmtx + 4 * (last + 1) + 2 * (Int(glyph) - last - 1)
        return try bytes.part(full..<full + 2) + bytes.part(bearing..<bearing + 2)
    }

    /// The outline of a glyph; empty for one without.
    func outline(of glyph: UInt16) throws(FontError) -> ArraySlice<UInt8> {
        let (loca, glyf) = (try start(of: "loca"), try start(of: "glyf"))
        let isLong = try bytes.number(at: try start(of: "head") + 50) == 1
        let offset = { (index: Int) throws(FontError) -> Int in
            isLong
                ? try self.bytes.long(at: loca + 4 * index) : try 2 * self.bytes.number(at: loca + 2 * index)
        }
        let (from, to) = (try offset(Int(glyph)), try offset(Int(glyph) + 1))
        guard from <= to else { throw .damaged("loca") }
        return try bytes.part(glyf + from..<glyf + to)
    }

    func table(_ name: String) throws(FontError) -> [UInt8] {
        guard let range = tables[name] else { throw .damaged(name) }
        return Array(bytes[range])
    }

    private func start(of table: String) throws(FontError) -> Int { try Self.start(of: table, tables) }

    private static func start(of table: String, _ tables: [String: Range<Int>]) throws(FontError) -> Int {
        guard let range = tables[table] else { throw .damaged(table) }
        return range.lowerBound
    }

    private static func tables(_ bytes: [UInt8]) throws(FontError) -> [String: Range<Int>] {
        var tables: [String: Range<Int>] = [:]
        for index in 0..<(try bytes.number(at: 4)) {
            let entry = 12 + 16 * index
            let name = String(decoding: try bytes.part(entry..<entry + 4), as: UTF8.self)
            let (offset, length) = (try bytes.long(at: entry + 8), try bytes.long(at: entry + 12))
            guard offset + length <= bytes.count else { throw .damaged(name) }
            tables[name] = offset..<offset + length
        }
        return tables
    }

    private static func advances(
        _ bytes: [UInt8], _ tables: [String: Range<Int>]
    ) throws(FontError) -> [UInt16] {
        let count = try bytes.number(at: try start(of: "hhea", tables) + 34)
        let hmtx = try start(of: "hmtx", tables)
        guard count > 0 else { throw .damaged("hhea") }
        var advances: [UInt16] = []
        for glyph in 0..<count { advances.append(UInt16(try bytes.number(at: hmtx + 4 * glyph))) }
        return advances
    }

    /// The map of format 4, which each font for Unicode's first plane has.
    private static func map(_ bytes: [UInt8], _ cmap: Int) throws(FontError) -> [UInt16] {
        for index in 0..<(try bytes.number(at: cmap + 2)) {
            let start = cmap + (try bytes.long(at: cmap + 4 + 8 * index + 4))
            if try bytes.number(at: start) == 4 { return try segments(bytes, start) }
        }
        throw .damaged("cmap")
    }

    private static func segments(_ bytes: [UInt8], _ start: Int) throws(FontError) -> [UInt16] {
        var glyphs = [UInt16](repeating: 0, count: 0x1_0000)
        let size = try bytes.number(at: start + 6)
        for segment in stride(from: 0, to: size, by: 2) {
            let last = try bytes.number(at: start + 14 + segment)
            let first = try bytes.number(at: start + 16 + size + segment)
            let delta = try bytes.number(at: start + 16 + 2 * size + segment)
            let place = start + 16 + 3 * size + segment
            let offset = try bytes.number(at: place)
            guard first <= last, last < 0xFFFF else { continue }
            for sign in first...last {
                let glyph = offset == 0 ? sign : try bytes.number(at: place + offset + 2 * (sign - first))
                glyphs[sign] = glyph == 0 ? 0 : UInt16((glyph + delta) & 0xFFFF)
            }
        }
        return glyphs
    }
}

/// Why a font cannot be used.
enum FontError: Error, Equatable {
    /// The table that is not there, or says what cannot be.
    case damaged(String)
}

extension [UInt8] {
    /// Two bytes, the greater first.
    func number(at place: Int) throws(FontError) -> Int {
        let pair = try part(place..<place + 2)
        return Int(pair[pair.startIndex]) << 8 | Int(pair[pair.startIndex + 1])
    }

    func signed(at place: Int) throws(FontError) -> Int {
        Int(Int16(truncatingIfNeeded: try number(at: place)))
    }

    /// Four bytes, the greatest first.
    func long(at place: Int) throws(FontError) -> Int {
        try number(at: place) << 16 | number(at: place + 2)
    }

    func part(_ range: Range<Int>) throws(FontError) -> ArraySlice<UInt8> {
        guard range.lowerBound >= 0, range.upperBound <= count else { throw .damaged("the end") }
        return self[range]
    }
}
