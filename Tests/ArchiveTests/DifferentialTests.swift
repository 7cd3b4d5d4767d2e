// SPDX-License-Identifier: Apache-2.0
import Archive
import Digests
import Foundation
import TestKit
import Testing

/// Mutated archives against Python's tarfile and GNU tar: what we accept must look the same to others.
@Suite struct DifferentialTests {
    private static let count = 2000

    private static let judge = """
        import hashlib, io, sys, tarfile
        for number in range(int(sys.argv[1])):
            try:
                tar = tarfile.open(f"{number}.tar", "r:")
                for m in tar:
                    kind = "d" if m.isdir() else "f" if m.isreg() else "?"
                    data = tar.extractfile(m).read() if m.isreg() else b""
                    print(number, kind, m.size, hashlib.sha256(data).hexdigest(), m.name.encode("utf-8", "surrogateescape").hex())
            except tarfile.TarError as error:
                print(number, "error")
        """

    /// Names, kinds and sizes in the order of the archive, and the digest of all contents in a row.
    private static let tar = #"""
        import hashlib, os, re, subprocess, sys
        def tar(*words):
            run = subprocess.run(["tar", *words], capture_output=True, env={**os.environ, "LC_ALL": "C"})
            return run.returncode, run.stdout
        for number in sys.argv[1:]:
            code, names = tar("--list", "--quoting-style=escape", "--file", f"{number}.tar")
            _, lines = tar("--list", "-v", "--numeric-owner", "--quoting-style=escape", "--file", f"{number}.tar")
            _, content = tar("--extract", "--to-stdout", "--file", f"{number}.tar")
            print(number, "exit", code)
            for name, line in zip(names.splitlines(), lines.splitlines()):
                size = re.match(rb"\S+ +\S+ +(\d+) ", line).group(1).decode()
                path = name.decode("unicode_escape").encode("latin1")
                kind = "d" if line.startswith(b"d") else "f" if line.startswith(b"-") else "?"
                print(number, kind, size, path.removesuffix(b"/").hex())
            print(number, hashlib.sha256(content).hexdigest())
        """#

    @Test func `whatever is accepted, tarfile and tar list with the same names, kinds, sizes and contents`()
        async throws
    {
        try await TemporaryDirectory.with { place in
            var source = Numbers(seed: 20_261_124)
            let archive = Self.archive()
            var (ours, others): ([Int: [String]], [Int: [String]]) = ([:], [:])
            for number in 0..<Self.count {
                let bytes = Self.mutated(archive, by: &source)
                try Data(bytes).write(to: URL(filePath: place.path("\(number).tar")))
                let members = Members()
                if TarReader(into: members).consume(bytes) == nil {
                    ours[number] = members.all.map(Self.line)
                    others[number] = Self.lines(members)
                }
            }
            let output = try await Program("python3")(["-c", Self.judge, "\(Self.count)"], in: place.path)
            let theirs = Self.byNumber(output)
            let listed = Self.byNumber(
                try await Program("python3")(["-c", Self.tar] + ours.keys.map(String.init), in: place.path))
            print("tar: \(ours.count) of \(Self.count) mutated archives accepted")
            #expect(ours.count > 20 && ours.count < Self.count)
            for (number, lines) in ours { #expect(theirs[number, default: []] == lines, "archive \(number)") }
            for (number, lines) in others { #expect(listed[number] == lines, "archive \(number)") }
        }
    }

    private static func byNumber(_ output: String) -> [Int: [String]] {
        var lines: [Int: [String]] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            lines[Int(words[0]) ?? -1, default: []].append(String(words[1]))
        }
        return lines
    }

    private static func lines(_ members: Members) -> [String] {
        let list = members.all.map { member, _ in
            "\(member.kind == .file ? "f" : "d") \(member.size) \(Hex.encode(member.path))"
        }
        return ["exit 0"] + list + [SHA256.digest(of: members.all.flatMap(\.content)).hex]
    }

    private static func line(_ member: TarMember, _ content: [UInt8]) -> String {
        let kind = member.kind == .file ? "f" : "d"
        return "\(kind) \(member.size) \(SHA256.digest(of: content).hex) \(Hex.encode(member.path))"
    }

    private static func archive() -> TarFile {
        var tar = TarFile([])
        tar.tail = [UInt8](repeating: 0, count: 1024)
        for (name, size) in [
            ("base/", 0), ("PG_VERSION", 3), ("base/1", 600), ("base/2", 0), ("global/pg_control", 1024),
        ] {
            var member = tar.newMember(name, sample(size), type: name.hasSuffix("/") ? "5" : "0")
            for (field, text) in [
                (100..<108, "0000600 "), (108..<116, "0000000 "), (116..<124, "0000000 "),
                (136..<148, "14716521304 "),
            ] {
                member.set(field, text)
            }
            member.header.replaceSubrange(257..<265, with: Array("ustar\0".utf8) + Array("00".utf8))
            member.seal()
            tar.members.append(member)
        }
        return tar
    }

    /// One to three changes, mostly in headers whose checksum is then made right again.
    private static func mutated(_ tar: TarFile, by source: inout Numbers) -> [UInt8] {
        var tar = tar
        for _ in 0...source.next(2) {
            let index = source.next(tar.members.count)
            switch source.next(8) {
            case 0: tar.members[index].header[source.next(512)] = UInt8(source.next(256))
            case 1: tar.members[index].header[156] = UInt8(ascii: "0") + UInt8(source.next(9))
            case 2:
                tar.members[index].header[124 + source.next(12)] = UInt8(ascii: "0") + UInt8(source.next(8))
            case 3: tar.members[index].header[source.next(20)] = [0, 0x2E, 0x2F, 0x61, 0xFF][source.next(5)]
            case 4: tar.members.swapAt(index, source.next(tar.members.count))
            case 5: tar.members[index].content = sample(source.next(1500))
            case 6: tar.members.remove(at: index)
            default: tar.members.insert(tar.members[index], at: source.next(tar.members.count))
            }
            if source.next(8) > 0 {
                for index in tar.members.indices { tar.members[index].seal(withSize: source.next(3) > 0) }
            }
            if tar.members.isEmpty { return tar.bytes }
        }
        var bytes = tar.bytes
        if source.next(10) == 0 { bytes.removeLast(source.next(1500)) }
        return bytes
    }
}

/// Numbers that look random and are the same in every run.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Below `limit`.
    mutating func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
