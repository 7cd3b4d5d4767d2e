// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

/// Numbers that look random and are the same in each run.
struct Sequenced: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct `The name of an object` {
    @Test(arguments: [
        ("plain/name.tar.gz", "plain/name.tar.gz"), ("with blank", "with blank"),
        ("back\\slash", "back\\\\slash"),
        ("ümlaut", "ümlaut"), ("日本語", "日本語"), ("a\nb", "a\\x0Ab"), ("\u{1B}[31mred", "\\x1B[31mred"),
        ("\u{202E}gnp.exe", "\\xE2\\x80\\xAEgnp.exe"), ("zero\u{200B}width", "zero\\xE2\\x80\\x8Bwidth"),
        ("\u{85}", "\\xC2\\x85"), ("\u{2028}", "\\xE2\\x80\\xA8"), ("\u{E000}", "\\xEE\\x80\\x80"), ("", ""),
        ("\\x41", "\\\\x41"), ("\u{7F}", "\\x7F"), ("tab\t", "tab\\x09"),
        // Of names that a String calls equal one is shown as it is: the one in Unicode's normal form.
        ("\u{E9}t\u{E9}", "\u{E9}t\u{E9}"), ("e\u{301}", "e\\xCC\\x81"), ("\u{212A}", "\\xE2\\x84\\xAA"),
        ("x/\u{301}y", "x/\\xCC\\x81y"), ("\u{1112}\u{1161}", "\u{1112}\\xE1\\x85\\xA1"), ("ที่นี่", "ที่นี่"),
        ("हिन्दी", "हिन्दी"),
        ("مرحبا", "مرحبا"),
    ])
    func `is shown so that it harms no terminal and can be read back`(_ text: String, shown: String) {
        let name = ObjectName(text)
        #expect(name.description == shown)
        #expect(ObjectName(escaped: shown) == name)
    }

    @Test(arguments: 0..<64) func `of any bytes comes back from its escaped form`(_ seed: UInt64) throws {
        var numbers = Sequenced(seed: seed)
        for _ in 0..<100 {
            // A few bytes in which escapes, line ends and pieces of UTF-8 meet more often than in all 256.
            let alphabet: [UInt8] =
                seed.isMultiple(of: 2)
                ? Array(0...255) : [0x5C, 0x78, 0x41, 0x30, 0xC3, 0xA4, 0x0A, 0xE2, 0x80, 0xAE]
            let bytes = (0..<Int.random(in: 0...24, using: &numbers)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &numbers)]
            }
            let name = ObjectName(bytes: bytes)
            #expect(ObjectName(escaped: name.description) == name)
            #expect(try JSONDecoder().decode([ObjectName].self, from: JSONEncoder().encode([name])) == [name])
        }
    }

    @Test(arguments: [
        ("\u{E9}", "e\u{301}"), ("K", "\u{212A}"), ("\u{3A9}", "\u{2126}"), ("\u{D558}", "\u{1112}\u{1161}"),
        ("a\u{323}\u{307}", "a\u{307}\u{323}"), ("\u{1EA1}\u{307}", "a\u{307}\u{323}"),
    ])
    func `is shown otherwise than one that Unicode calls equal`(_ one: String, _ other: String) {
        #expect(one == other)
        #expect(ObjectName(one).description != ObjectName(other).description)
    }

    @Test func `never melts into the slash before it`() {
        for mark in ["\u{301}", "\u{20E3}", "\u{1F3FD}", "\u{903}", "\u{200D}"] {
            #expect("folder/\(ObjectName("\(mark)x"))".hasPrefix("folder/"), "\(mark.unicodeScalars)")
        }
    }

    @Test func `lets no scalar through that a terminal would act on`() {
        let actsOnTerminals: Set<Unicode.GeneralCategory> = [
            .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        ]
        var escaped = 0
        for value in Array(UInt32(0)...0x2FFFF) + Array(0xE0000...0xE0FFF) {
            guard let scalar = Unicode.Scalar(value),
                actsOnTerminals.contains(scalar.properties.generalCategory)
            else {
                continue
            }
            let shown = ObjectName(String(scalar)).description
            if shown.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
                escaped += 1
            } else {
                Issue.record("U+\(value)")
            }
        }
        #expect(escaped > 10_000)
    }

    @Test(arguments: ["\\", "\\x", "\\x4", "\\xZZ", "\\n", "a\\", "\\x+1", "\\x-1"])
    func `is not read from text of another form`(_ text: String) {
        #expect(ObjectName(escaped: text) == nil)
    }

    @Test func `is compared by bytes, not as Unicode sees them`() {
        #expect(ObjectName("ä") != ObjectName("a\u{308}"))
        #expect(ObjectName("Z") < ObjectName("a"))
        #expect(ObjectName("a-") < ObjectName("a/"))
        #expect(ObjectName("a") < ObjectName("a/"))
    }

    @Test(arguments: [
        ("a/b/c", "a/b/", "c"), ("c", "", "c"), ("a/", "a/", ""), ("", "", ""), ("/c", "/", "c"),
        ("a//c", "a//", "c"),
    ])
    func `falls into folder and last component`(_ name: ObjectName, folder: ObjectName, last: ObjectName) {
        #expect(name.folder == folder)
        #expect(name.lastComponent == last)
        #expect(name.folder + name.lastComponent == name)
    }

    @Test(arguments: [
        ("base.tar.gz", ".gz", true), ("gz", ".gz", false), ("a", "", true), ("a\u{308}", "\u{308}", true),
    ])
    func `has suffixes byte for byte`(_ name: ObjectName, suffix: String, has: Bool) {
        #expect(name.hasSuffix(suffix) == has)
    }
}
