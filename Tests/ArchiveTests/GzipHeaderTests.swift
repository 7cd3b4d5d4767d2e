// SPDX-License-Identifier: Apache-2.0
import Archive
import TestKit
import Testing

/// What is odd about an archive with this header, and why it cannot be unpacked.
private func read(
    _ header: [UInt8], _ rest: [UInt8], pieces: Int = .max
) -> (oddities: [GzipOddity], error: ArchiveError?) {
    let decompressor = Decompressor(into: Bytes(), budget: 1 << 20, manyGzipMembers: true)
    let error = decompressor.consume(header + rest, pieces: pieces)
    return (decompressor.headerOddities, error)
}

/// A header, of zlib's kind where nothing else is said.
private func header(
    flags: UInt8 = 0, time: [UInt8] = [0, 0, 0, 0], level: UInt8 = 0, system: UInt8 = 3, _ text: String = ""
) -> [UInt8] {
    [0x1F, 0x8B, 8, flags] + time + [level, system] + Array(text.utf8)
}

/// 2026-01-02.
private let recently: [UInt8] = [0x80, 0x0A, 0x57, 0x69]

/// A header, and what is odd about it.
struct OddHeader: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var offset: UInt64
    var consequence: GzipOddity.Consequence

    init(
        _ what: String, _ bytes: [UInt8], at offset: UInt64, _ consequence: GzipOddity.Consequence = .none
    ) {
        (testDescription, self.bytes, self.offset, self.consequence) = (what, bytes, offset, consequence)
    }
}

/// A header as a tool writes it.
struct KnownHeader: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]

    init(_ tool: String, _ bytes: [UInt8]) { (testDescription, self.bytes) = (tool, bytes) }
}

@Suite struct `The header of a gzip archive` {
    private func content() async throws -> [UInt8] {
        Array(try await packed(by: "gzip", sample(3000)).dropFirst(10))
    }

    @Test(arguments: [
        KnownHeader("pg_basebackup, level 6", header()), KnownHeader("level 9", header(level: 2)),
        KnownHeader("level 1", header(level: 4)), KnownHeader("on Windows", header(system: 10)),
        KnownHeader("on a Mac", header(system: 19)), KnownHeader("gzip < file", header(time: recently)),
        KnownHeader("gzip file", header(flags: 8, time: recently, "base.tar\0")),
        KnownHeader("a name in UTF-8", header(flags: 8, time: recently, level: 2, "bäckup.tar\0")),
        KnownHeader("pigz --comment", header(flags: 24, time: recently, "base.tar\0nightly\0")),
        KnownHeader("pigz --comment, from a pipe", header(flags: 16, "nightly\0")),
        KnownHeader("Python, Go", header(time: recently, level: 2, system: 255)),
        KnownHeader("Java", header(system: 0)),
    ])
    func `is taken as the tools write it`(tool: KnownHeader) async throws {
        let content = try await content()
        for pieces in [1, 3, .max] {
            let (oddities, error) = read(tool.bytes, content, pieces: pieces)
            #expect(oddities.isEmpty)
            #expect(error == nil)
        }
    }

    @Test(arguments: [
        OddHeader("a reserved flag", header(flags: 0x20), at: 3, .refused),
        OddHeader("another", header(flags: 0x80), at: 3, .refused),
        OddHeader("a flag for text", header(flags: 1), at: 3),
        OddHeader("an extra field", header(flags: 4, "\u{2}\0xy"), at: 3, .misleading),
        OddHeader("a time before there was anything to back up", header(time: [1, 0, 0, 0]), at: 4),
        OddHeader("a time after 2038", header(time: [0, 0, 0, 0x80]), at: 4),
        OddHeader("no level", header(level: 1), at: 8), OddHeader("no system", header(system: 0x83), at: 9),
        OddHeader("a name that is none", header(flags: 8, "A\u{7}\0"), at: 3, .misleading),
        OddHeader(
            "a name that is too long", header(flags: 8, String(repeating: "A", count: 300) + "\0"), at: 3,
            .misleading),
    ])
    func `is odd when no tool writes it`(odd: OddHeader) async throws {
        let content = try await content()
        for pieces in [1, 3, .max] {
            let (oddities, _) = read(odd.bytes, content, pieces: pieces)
            #expect(oddities.map(\.offset) == [odd.offset])
            #expect(oddities.map(\.consequence) == [odd.consequence])
        }
    }

    /// 56 bits from the flags to the system: whatever is flipped is told, but for those that make it another
    /// tool's header.
    @Test func `shows which of its bits was flipped`() async throws {
        let content = try await content()
        var unseen: [String] = []
        for bit in 24..<80 {
            var flipped = header()
            flipped[bit / 8] ^= 1 << (bit % 8)
            let (oddities, error) = read(flipped, content)
            guard oddities.isEmpty else { continue }
            unseen.append("\(bit / 8): \(flipped[bit / 8])")
            #expect(error == nil)
        }
        // Compressed by another level, or on a Mac or on Windows.
        #expect(unseen == ["8: 2", "8: 4", "9: 7", "9: 11", "9: 19"])
    }

    /// ISA-L comes to other ends when such headers come in other pieces.
    @Test(arguments: [
        [0x1F, 0x8B, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0x40, 0, 0, 0, 0, 0x12, 0, 0, 0, 0],
        header(flags: 24, "a\u{1}\0b\u{2}"), header(flags: 30, "\u{1}\0xname\0comment\0") + [1, 2],
        header(flags: 8, String(repeating: "A", count: 200_000)),
    ])
    func `that nobody writes ends alike, whatever pieces it comes in`(bytes: [UInt8]) async throws {
        let content = try await content()
        for archive in [bytes, bytes + content] {
            let whole = read(archive, [])
            for pieces in [1, 5, 61] {
                let (oddities, error) = read(archive, [], pieces: pieces)
                #expect(oddities == whole.oddities)
                #expect(error == whole.error)
            }
        }
    }

    @Test func `is looked at in each member`() async throws {
        let content = try await content()
        let odd = header(system: 99)
        let first = header() + content
        for pieces in [1, 5, .max] {
            let (oddities, error) = read(first, odd + content + odd + content, pieces: pieces)
            let offsets = [first.count + 9, 2 * first.count + 9].map(UInt64.init)
            #expect(oddities.map(\.offset) == offsets && error == nil)
        }
    }
}
