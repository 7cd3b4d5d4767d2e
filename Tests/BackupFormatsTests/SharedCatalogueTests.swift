// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BackupFormats

@Suite struct `A catalogue that all databases share` {
    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func row(_ identifier: UInt32, _ name: String, flags: [UInt8] = [1, 1, 1, 1, 1]) -> [UInt8]
    {
        let padded = Array(name.utf8) + [UInt8](repeating: 0, count: 64 - name.utf8.count)
        return little(identifier) + padded + flags + [0, 0, 0]
    }

    /// A page with these rows, from its end down as PostgreSQL puts them.
    private static func page(_ rows: [[UInt8]], itemFlags: UInt32 = 1) -> [UInt8] {
        var page = [UInt8](repeating: 0, count: 8192)
        var end = page.count
        for (index, row) in rows.enumerated() {
            let tuple = [UInt8](repeating: 0, count: 22) + [24, 0] + row
            end = (end - tuple.count) / 8 * 8
            page.replaceSubrange(end..<end + tuple.count, with: tuple)
            let item = UInt32(end) | itemFlags << 15 | UInt32(tuple.count) << 17
            page.replaceSubrange(24 + 4 * index..<28 + 4 * index, with: little(item))
        }
        page.replaceSubrange(12..<14, with: little(UInt16(24 + 4 * rows.count)))
        page.replaceSubrange(16..<18, with: little(UInt16(page.count)))
        return page
    }

    @Test func `names superusers that may log in`() {
        let rows = [
            Self.row(16384, "app"), Self.row(10, "owner"), Self.row(20, "nologin", flags: [1, 1, 1, 1, 0]),
            Self.row(30, "plain", flags: [0, 1, 0, 0, 1]),
        ]
        let entries = SharedCatalogue.roles.entries(of: Self.page(rows) + Self.page([Self.row(10, "owner")]))
        #expect(
            entries.map { String(decoding: $0.name, as: UTF8.self) } == ["owner", "nologin", "plain", "app"])
        #expect(entries.map(\.mayDoAll) == [true, false, false, true])
        #expect(SharedCatalogue.databases.entries(of: Self.page(rows)).allSatisfy { !$0.mayDoAll })
    }

    @Test func `is not believed where it makes no sense`() {
        let sound = Self.page([Self.row(10, "owner")])
        #expect(SharedCatalogue.roles.entries(of: Self.page([Self.row(10, "owner")], itemFlags: 0)).isEmpty)
        #expect(SharedCatalogue.roles.entries(of: Array(sound.dropLast())).isEmpty)
        for byte in [12, 13, 24, 25, 26, 27, 8192 - 96 + 22] {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var broken = sound
                broken[byte] = value
                #expect(SharedCatalogue.roles.entries(of: broken).count <= 1)
            }
        }
    }
}
