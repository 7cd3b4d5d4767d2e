// SPDX-License-Identifier: Apache-2.0
import Archive
import TestKit
import Testing

@Suite struct TarReaderTests {
    /// Three members, written as PostgreSQL writes them.
    private static let sound: TarFile = {
        var tar = TarFile([])
        tar.tail = [UInt8](repeating: 0, count: 1024)
        var folder = tar.newMember("base/", [], type: "5")
        for (field, text) in [(100..<108, "0000700 "), (108..<116, "0000000 "), (116..<124, "0000000 ")] {
            folder.set(field, text)
        }
        folder.set(136..<148, "14716521304 ")
        folder.header.replaceSubrange(257..<265, with: Array("ustar\0".utf8) + Array("00".utf8))
        folder.seal()
        tar.members = [folder]
        for (name, size) in [("PG_VERSION", 3), ("base/1", 1024), ("empty", 0)] {
            var member = folder
            member.name = name
            member.content = sample(size)
            member.header[156] = UInt8(ascii: "0")
            member.set(100..<108, "0000600 ")
            member.seal()
            tar.members.append(member)
        }
        return tar
    }()

    private func read(_ bytes: [UInt8], pieces: Int = .max) -> (members: Members, error: ArchiveError?) {
        let members = Members()
        return (members, TarReader(into: members).consume(bytes, pieces: pieces))
    }

    @Test(arguments: [1, 7, 512, 513, 65_536])
    func `members come out whole, whatever pieces the archive comes in`(pieces: Int) {
        let (members, error) = read(Self.sound.bytes, pieces: pieces)
        #expect(error == nil)
        #expect(
            members.all.map { String(decoding: $0.member.path, as: UTF8.self) } == [
                "base", "PG_VERSION", "base/1", "empty",
            ])
        #expect(members.all.map(\.content) == Self.sound.members.map(\.content))
        #expect(members.ended == 3 && members.all.map(\.member.mode) == [0o700, 0o600, 0o600, 0o600])
    }

    @Test func `a timeline's history may keep the end of the name that pg_basebackup wrote it under`() {
        func error(_ name: String, rest: String) -> ArchiveError? {
            var tar = Self.sound
            let last = tar.members.count - 1
            tar.members[last].set(0..<100, "\(name)\0\(rest)")
            tar.members[last].seal()
            return read(tar.bytes).error
        }
        #expect(error("00000002.history", rest: "tmp") == nil)
        for (name, rest) in [
            ("00000002.history", "tmpx"), ("00000002.history", "tm"), ("00000002.history", "\0tmp"),
            ("00000002", "tmp"), ("history", "tmp"),
        ] {
            #expect(error(name, rest: rest)?.reason == .corrupt, "\(name) \(rest)")
        }
    }

    @Test func `zeros after the end are padding as far as GNU tar writes it, and nothing else may follow`() {
        var tar = Self.sound
        let end = tar.bytes.count
        tar.tail += [UInt8](repeating: 0, count: 10_240 - end)
        #expect(read(tar.bytes).error == nil)
        for (tail, place) in [
            ([UInt8](repeating: 0, count: 512), 10_240), ([0], 10_240), ([7], 10_240),
            ([UInt8](repeating: 7, count: 512), 10_240),
        ] {
            let error = read(tar.bytes + tail).error
            #expect(error?.reason == .trailing && error?.offset == UInt64(place), "\(tail.count)")
        }
        #expect(read(Array(tar.bytes.prefix(end)) + [0]).error?.reason == .trailing)
    }

    @Test func `every truncation is found`() {
        let bytes = Self.sound.bytes
        for length in 0..<bytes.count {
            #expect(read(Array(bytes[..<length])).error?.reason == .truncated, "\(length)")
        }
    }

    @Test func `every flipped bit outside of contents is found`() {
        let bytes = Self.sound.bytes
        var position = 0
        for member in Self.sound.members {
            // A blank or a NUL after the checksum means the same.
            for bit in 0..<4096 where bit != 155 * 8 + 5 {
                var flipped = bytes
                flipped[position + bit / 8] ^= 1 << (bit % 8)
                #expect(read(flipped).error != nil, "bit \(bit) of the header of \(member.name)")
            }
            position += 512 + (member.content.count + 511) / 512 * 512
        }
    }

    @Test func `a size in base 256 is read, and one that cannot be is refused without memory for it`() {
        var tar = Self.sound
        tar.members[1].header.replaceSubrange(
            124..<136, with: [0x80] + [UInt8](repeating: 0, count: 10) + [3])
        tar.members[1].seal(withSize: false)
        #expect(read(tar.bytes).error == nil)
        for size in [
            [0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xFF] + [UInt8](repeating: 0xFF, count: 11),
        ] as [[UInt8]] {
            tar.members[1].header.replaceSubrange(124..<136, with: size)
            tar.members[1].seal(withSize: false)
            #expect(read(tar.bytes).error?.reason == .corrupt)
        }
        tar.members[1].header.replaceSubrange(
            124..<136, with: [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7))
        tar.members[1].seal(withSize: false)
        #expect(read(tar.bytes).error?.reason == .truncated)
    }

    @Test func `a name that begins with a dot shows another program, but for folders in pg_wal`() {
        var tar = Self.sound
        func trait() -> String? {
            tar.members[0].seal()
            let reader = TarReader(into: Members())
            #expect(reader.consume(tar.bytes) == nil)
            return reader.foreignTrait
        }
        #expect(trait() == nil)
        tar.members[0].name = "./pg_wal/archive_status/"
        #expect(trait() == nil)
        #expect(read(tar.bytes).members.all[0].member.path == Array("pg_wal/archive_status".utf8))
        tar.members[0].name = "./base/"
        #expect(trait() == "names that begin with './'")
        #expect(read(tar.bytes).members.all[0].member.path == Array("base".utf8))
    }

    @Test func `a fault is told with the place of its header and the member's path`() {
        var tar = Self.sound
        tar.members[2].name = "../evil"
        tar.members[2].seal()
        let error = read(tar.bytes).error
        #expect(error?.reason == .forbidden && error?.inDecoded == true)
        #expect(error?.offset == 512 + 1024)
        #expect(error?.member == Array("../evil".utf8))
        #expect(error?.message.contains("'../evil'") == true)
    }

    @Test(arguments: [1, 100, 512, .max])
    func `a fault in the padding is told with its place, whatever pieces the archive comes in`(pieces: Int) {
        var bytes = Self.sound.bytes
        guard let member = Self.sound.members.first(where: { !$0.content.isEmpty }) else { return }
        let before = Self.sound.members.prefix { $0.name != member.name }
        let start = before.reduce(512) { $0 + 512 + ($1.content.count + 511) / 512 * 512 }
        let place = start + member.content.count + 3
        bytes[place] = 1
        let error = TarReader(into: Members()).consume(bytes, pieces: pieces)
        #expect(error?.reason == .corrupt && error?.offset == UInt64(place))
    }

    @Test func `names that differ in their Unicode form are two, and those that differ in case are refused`()
    {
        var tar = Self.sound
        tar.members[2].name = "\u{E9}"
        tar.members[3].name = "e\u{301}"
        for index in 2...3 { tar.members[index].seal() }
        #expect(read(tar.bytes).members.all.count == 4)
        tar.members[3].name = "Pg_version"
        tar.members[3].seal()
        #expect(read(tar.bytes).error?.reason == .duplicate)
    }

    @Test func `an archive has no more members than it may`() {
        let members = Members()
        let error = TarReader(into: members, memberLimit: 3).consume(Self.sound.bytes)
        #expect(error?.reason == .budget && members.all.count == 3)
    }

    @Test func `what a name holds cannot reach a terminal`() {
        var tar = Self.sound
        tar.members[2].name = "/\u{1B}[31m"
        tar.members[2].seal()
        #expect(read(tar.bytes).error?.message.contains("\u{1B}") == false)
    }
}
