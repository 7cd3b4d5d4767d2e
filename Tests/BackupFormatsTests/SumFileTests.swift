// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

private let digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
private let other = "3f23456789abcdef0123456789abcdef0123456789abcdef0123456789abcde3"

private func parse(_ text: String) throws -> SumFile { try SumFile.parse(Array(text.utf8)) }

@Suite struct `What a sum file may say` {
    @Test(arguments: [
        ("\(digest)  base.tar\n", "base.tar", false),
        ("\(digest) *base.tar\n", "base.tar", true),
        ("\(digest)  ./base.tar.gz\n", "base.tar.gz", false),
        ("\(digest)  base.tar\r\n", "base.tar", false),
        ("\(digest.uppercased())  base.tar\n", "base.tar", false),
        ("\(digest)  pg_tblspc/16384/x y\n", "pg_tblspc/16384/x y", false),
        ("\(digest)   lead\n", " lead", false),
        ("\(digest)  *star\n", "*star", false),
        ("\(digest) **star\n", "*star", true),
        ("\\\(digest)  a\\nb\n", "a\nb", false),
        ("\\\(digest)  a\\\\b\\rc\n", "a\\b\rc", false),
        ("\(digest)  a\\nb\n", "a\\nb", false),
        ("\(digest)  ...\n", "...", false),
        ("\(digest)  ..a/.b\n", "..a/.b", false),
        ("\(digest)  a-\n", "a-", false),
        ("# made by hand\n#\n\(digest)  ä\n", "ä", false),
    ])
    func `each form that sha256sum writes is read`(text: String, name: String, isBinary: Bool) throws {
        let entry = try #require(try parse(text).entries.first)
        #expect(entry.digest == digest)
        #expect(entry.name == ObjectName(name))
        #expect(entry.isBinary == isBinary)
    }

    @Test func `entries keep their order and their lines`() throws {
        let file = try parse("# one\n\(digest)  b\n# two\n\(other)  a\n")
        #expect(file.entries.map(\.name) == ["b", "a"])
        #expect(file.entries.map(\.line) == [2, 4])
        #expect(file.digests["a"] == other)
    }

    @Test func `a name need not be UTF-8`() throws {
        let bytes = Array("\(digest)  a".utf8) + [0xFF, 0x0A]
        let entry = try #require(try SumFile.parse(bytes).entries.first)
        #expect(entry.name == ObjectName(bytes: [0x61, 0xFF]))
    }

    @Test func `names that differ in Unicode form or case only are two names`() throws {
        let file = try parse("\(digest)  \u{E4}\n\(digest)  a\u{308}\n\(digest)  A\u{308}\n")
        #expect(file.digests.count == 3)
    }
}

@Suite struct `What a sum file may not say` {
    @Test(arguments: [
        ("", 1), ("# only\n# comments\n", 2), ("\n", 1), ("\(digest)  a\n\n", 2),
        ("\(digest)  a", 1), ("\(digest)  a\n\(digest)  b", 2), ("\(digest)  a\n\(digest.dropLast(9))", 2),
        ("\(digest.dropLast())  a\n", 1), ("\(digest)0  a\n", 1), ("\(digest)  a\nxyz\n", 2),
        ("\(digest) a\n", 1), ("\(digest)\ta\n", 1), ("\(digest)\n", 1), ("\(digest)  \n", 1),
        ("\(digest) *\n", 1),
        ("\u{FEFF}\(digest)  a\n", 1), (" \(digest)  a\n", 1),
        ("SHA256 (base.tar) = \(digest)\n", 1), ("\(digest)  a\0b\n", 1),
        ("\(digest)  /etc/passwd\n", 1), ("\(digest)  ../x\n", 1), ("\(digest)  a/../../x\n", 1),
        ("\(digest)  a//b\n", 1), ("\(digest)  a/./b\n", 1), ("\(digest)  ././a\n", 1),
        ("\(digest)  ./\n", 1),
        ("\(digest)  a/\n", 1), ("\(digest)  a/..\n", 1), ("\(digest)  .\n", 1), ("\(digest)  .//a\n", 1),
        ("\(digest)  -\n", 1), ("\(digest)  backup.sha256\n", 1), ("\(digest)  ./backup.sha256\n", 1),
        ("\(digest)  a\n\(digest)  a\n", 2), ("\(digest)  a\n\(other) *./a\n", 2),
        ("\\\(digest)  a\\tb\n", 1), ("\\\(digest)  a\\\n", 1), ("\\\(digest)  a\\n/../../b\n", 1),
        ("#\(other.dropFirst())  a\n\(digest)  b\n", 1), ("# c \(digest)  a\n\(digest)  b\n", 1),
    ])
    func `a faulty line refuses the file and is named`(text: String, line: Int) {
        do {
            let file = try SumFile.parse(Array(text.utf8))
            Issue.record("accepted as \(file)")
        } catch .invalidSumFile(let found, let expected, let what) {
            #expect(found == line)
            #expect(!expected.isEmpty && !what.isEmpty)
        } catch {
            Issue.record("another error: \(error)")
        }
    }

    @Test func `a line may have 4096 bytes and no more`() throws {
        let longest = String(repeating: "x", count: 4096 - 66)
        #expect(try parse("\(digest)  \(longest)\n").entries.count == 1)
        #expect(throws: FormatError.self) { try parse("\(digest)  \(longest)x\n") }
        #expect(throws: FormatError.self) { try SumFile.parse([UInt8](repeating: 0x61, count: 1 << 20)) }
    }

    @Test func `there may be 100 000 entries and no more`() throws {
        let lines = (1...100_000).map { "\(digest)  \($0)\n" }.joined()
        #expect(try parse(lines).entries.count == 100_000)
        #expect(throws: FormatError.self) { try parse(lines + "\(digest)  x\n") }
    }

    @Test func `a name that is not a problem in a message is shown escaped`() {
        let error = #expect(throws: FormatError.self) { try parse("\(digest)  /\u{1B}[31m\n") }
        #expect(error?.message.contains("\\x1B[31m") == true)
    }
}

@Suite struct `A sum file with one flipped bit` {
    private static let text = """
        # sums
        \(digest)  ./base.tar.gz
        \(other) *backup_manifest\r
        \\\(digest)  pg\\nwal\\\\x
        \(other.uppercased())  16384.tar

        """.dropLast() + "\n"

    @Test func `is refused, says something else of a name, or means the same`() throws {
        let bytes = Array(Self.text.utf8)
        let honest = try SumFile.parse(bytes).digests
        #expect(honest.count == 4)
        for position in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << bit
                guard let digests = try? SumFile.parse(flipped).digests, digests != honest else { continue }
                // Some name went, so an object is not listed, and with it came a name that no object has,
                // or a digest that no object has: both are found by comparing with the objects.
                let isFound = digests.contains { honest[$0.key] != $0.value }
                #expect(isFound, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test func `is refused when it was cut anywhere but between two lines`() throws {
        let bytes = Array(Self.text.utf8)
        for length in bytes.indices {
            guard let file = try? SumFile.parse(Array(bytes[..<length])) else { continue }
            #expect(length > 0 && bytes[length - 1] == UInt8(ascii: "\n"))
            #expect(file.entries.count < 4)
        }
    }
}
