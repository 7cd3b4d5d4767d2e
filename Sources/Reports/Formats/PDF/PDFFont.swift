// SPDX-License-Identifier: Apache-2.0

/// A font of a document: which of its signs are used, and how a page writes them (ISO 32000-1, 9.7).
struct PDFFont {
    let face: TrueTypeFont
    /// In the order of their first use: the first one has the code 1.
    private var signs: [UInt16] = []
    private var codes: [UInt16: UInt16] = [:]

    init(_ face: TrueTypeFont) { self.face = face }

    /// The signs as a page writes them, in brackets, two bytes each.
    mutating func written(_ text: some Sequence<UInt16>) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "(")]
        for sign in text {
            let code = code(of: sign)
            for byte in [UInt8(code >> 8), UInt8(code & 0xFF)] {
                switch byte {
                case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"):
                    bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
                default: bytes.append(byte)
                }
            }
        }
        return bytes + [UInt8(ascii: ")")]
    }

    private mutating func code(of sign: UInt16) -> UInt16 {
        if let code = codes[sign] { return code }
        signs.append(sign)
        let code = UInt16(clamping: signs.count)
        codes[sign] = code
        return code
    }

    /// Puts the part of the font that was used into a file; called when all pages are written.
    func add(to file: inout PDFFile, tag: String) throws(FontError) -> PDFFile.Reference {
        let name = "\(tag)+\(face.name)"
        let part = try FontPart(of: face, signs: signs).bytes()
        let program = file.add(stream: part, "/Length1 \(part.count)")
        let descriptor = file.add(
            "<< /Type /FontDescriptor /FontName /\(name) /Flags 32 /FontBBox [\(face.box.map(String.init).joined(separator: " "))] /ItalicAngle 0 /Ascent \(face.ascent) /Descent \(face.descent) /CapHeight \(face.ascent) /StemV 80 /FontFile2 \(program) >>"
        )
        let widths = signs.map { String(face.width(of: $0)) }.joined(separator: " ")
        let descendant = file.add(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /\(name) /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor \(descriptor) /DW 600 /W [1 [\(widths)]] /CIDToGIDMap /Identity >>"
        )
        let unicode = file.add(stream: Array(map.utf8))
        return file.add(
            "<< /Type /Font /Subtype /Type0 /BaseFont /\(name) /Encoding /Identity-H /DescendantFonts [\(descendant)] /ToUnicode \(unicode) >>"
        )
    }

    /// What each code means, for those who search, copy or listen (9.10.3); at most 100 to a group.
    private var map: String {
        let lines = signs.enumerated().map { "<\(Self.hex($0 + 1))> <\(Self.hex(Int($1)))>" }
        let groups = stride(from: 0, to: lines.count, by: 100).map { start in
            let group = lines[start..<min(start + 100, lines.count)]
            return "\(group.count) beginbfchar\n\(group.joined(separator: "\n"))\nendbfchar"
        }
        return """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange
            \(groups.joined(separator: "\n"))
            endcmap
            CMapName currentdict /CMap defineresource pop
            end
            end
            """
    }

    private static func hex(_ value: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
