// SPDX-License-Identifier: Apache-2.0
import Archive
import Foundation
import TestKit
import Testing

/// Keeps what is written.
final class Written {
    var bytes: [UInt8] = []
    var writer: TarWriter<Never> {
        TarWriter { bytes throws(Never) in bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) } }
    }
}

@Suite struct `A tar archive that was written` {
    static let long = String(repeating: "deep/", count: 60) + "file"

    /// What Python's tarfile finds, a line each.
    private func listed(_ bytes: [UInt8]) async throws -> [String] {
        try await TemporaryDirectory.with { place in
            try Data(bytes).write(to: URL(filePath: place.path("a.tar")))
            let code = """
                import sys, tarfile
                for m in tarfile.open(sys.argv[1]):
                    body = tarfile.open(sys.argv[1]).extractfile(m).read() if m.isreg() else b""
                    print(m.name, m.type.decode(), m.size, oct(m.mode), m.uid, m.gid, int(m.mtime), m.linkname, body.decode())
                """
            return try await Program("python3")(["-c", code, place.path("a.tar")]).split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func `holds what was put in`() async throws {
        let written = Written()
        let writer = written.writer
        func entry(_ path: String, _ kind: TarEntry.Kind, _ mode: UInt32 = 0o600) -> TarEntry {
            TarEntry(
                path: Array(path.utf8), kind: kind, mode: mode, owner: 999, group: 70, modified: 1_790_000_000
            )
        }
        try writer.add(entry(".", .directory, 0o700))
        try writer.add(entry("base", .directory, 0o700))
        try writer.add(entry("base/1", .file(size: 5)), content: Array("hello".utf8))
        try writer.add(entry("base/2", .file(size: 0)))
        try writer.add(entry("pg_tblspc/16384", .link(to: Array("/tablespaces/16384".utf8)), 0o777))
        try writer.add(entry(Self.long, .file(size: 3)), content: Array("bye".utf8))
        try writer.add(entry("l", .link(to: Array(("/" + Self.long).utf8)), 0o777))
        try writer.finish()
        #expect(written.bytes.count.isMultiple(of: 512))
        #expect(
            try await listed(written.bytes) == [
                ". 5 0 0o700 999 70 1790000000", "base 5 0 0o700 999 70 1790000000",
                "base/1 0 5 0o600 999 70 1790000000  hello", "base/2 0 0 0o600 999 70 1790000000",
                "pg_tblspc/16384 2 0 0o777 999 70 1790000000 /tablespaces/16384",
                "\(Self.long) 0 3 0o600 999 70 1790000000  bye",
                "l 2 0 0o777 999 70 1790000000 /\(Self.long)",
            ])
    }

    @Test(arguments: [98, 99, 100, 101, 155, 256, 999])
    func `keeps names of any length`(length: Int) async throws {
        let written = Written()
        let name = String(repeating: "n", count: length)
        try written.writer.add(
            TarEntry(path: Array(name.utf8), kind: .file(size: 1), mode: 0o644), content: [65])
        try written.writer.add(TarEntry(path: Array("\(name)d".utf8), kind: .directory, mode: 0o755))
        try written.writer.finish()
        #expect(
            try await listed(written.bytes) == ["\(name) 0 1 0o644 0 0 0  A", "\(name)d 5 0 0o755 0 0 0"])
    }

    @Test(
        arguments: [
            (0o7777777, "2097151"), (0o7777777 + 1, "2097152"), (UInt32.max - 1, "4294967294"),
        ] as [(UInt32, String)])
    func `keeps high numbers of users`(user: UInt32, text: String) async throws {
        let written = Written()
        try written.writer.add(
            TarEntry(path: [65], kind: .directory, mode: 0o755, owner: user, group: user, modified: 1 << 34))
        try written.writer.finish()
        #expect(try await listed(written.bytes) == ["A 5 0 0o755 \(text) \(text) \(1 << 34)"])
    }

    @Test(arguments: [(8 << 30) - 1, 8 << 30, 9 << 40] as [UInt64])
    func `tells the size of a huge file to GNU tar`(size: UInt64) async throws {
        let written = Written()
        try written.writer.begin(TarEntry(path: [65], kind: .file(size: size), mode: 0o600))
        try await TemporaryDirectory.with { [bytes = written.bytes] place in
            try Data(bytes).write(to: URL(filePath: place.path("a.tar")))
            let file = try FileHandle(forWritingTo: URL(filePath: place.path("a.tar")))
            try file.truncate(atOffset: UInt64(bytes.count) + (size + 511) / 512 * 512 + 1024)
            try file.close()
            let line = try await Program("tar")(["--numeric-owner", "-tvf", place.path("a.tar")])
            #expect(line.contains(" \(size) "), "\(line)")
        }
    }

    @Test func `is what our own reader reads`() throws {
        let written = Written()
        let (writer, content) = (written.writer, sample(70_000))
        try writer.add(TarEntry(path: Array("base".utf8), kind: .directory, mode: 0o700))
        try writer.begin(
            TarEntry(path: Array("base/1".utf8), kind: .file(size: 70_000), mode: 0o600, owner: 1 << 30))
        for piece in stride(from: 0, to: content.count, by: 999) {
            try writer.receive(Array(content[piece..<min(piece + 999, content.count)]).span.bytes)
        }
        try writer.end()
        let members = Members()
        #expect(TarReader(into: members).consume(written.bytes)?.reason == .truncated)
        try writer.finish()
        let whole = Members()
        #expect(TarReader(into: whole).consume(written.bytes) == nil)
        #expect(whole.all.map(\.member.path) == [Array("base".utf8), Array("base/1".utf8)])
        #expect(whole.all.last?.content == content)
        let again = try #require(whole.all.last?.member)
        #expect(TarEntry(again, owner: 7, group: 8).kind == .file(size: 70_000))
    }

    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/../b", "a/.", "a\0b"])
    func `has no path that leads elsewhere`(path: String) {
        let written = Written()
        #expect(throws: TarWriter<Never>.Fault.self) {
            try written.writer.add(TarEntry(path: Array(path.utf8), kind: .file(size: 0), mode: 0o600))
        }
        #expect(written.bytes.isEmpty)
    }

    @Test(arguments: [0, 4, 6, 600]) func `has the bytes that were announced, or an error`(count: Int) throws
    {
        let writer = Written().writer
        try writer.begin(TarEntry(path: [65], kind: .file(size: 5), mode: 0o600))
        #expect(throws: TarWriter<Never>.Fault.self) {
            try writer.receive([UInt8](repeating: 1, count: count).span.bytes)
            try writer.end()
        }
    }

    @Test func `ends with the error of where it goes`() {
        struct Full: Error, Equatable {}
        let writer = TarWriter<Full> { _ throws(Full) in throw Full() }
        do {
            try writer.finish()
            Issue.record("nothing was thrown")
        } catch {
            if case .entry = error { Issue.record("another error: \(error)") }
        }
    }
}
