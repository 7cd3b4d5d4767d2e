// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import Foundation
import TestKit
import Testing
import WALArchive

@testable import Restorer

@Suite("the WAL in a restored data directory")
struct OwnWALTests {
    private static let size = 1 << 20

    private static func tree(_ files: [(name: String, bytes: [UInt8])]) throws -> FileTree {
        let tree = try FileTree()
        for file in files { try tree.write(ObjectName("pg_wal/\(file.name)"), file.bytes) }
        return tree
    }

    private static func maker(_ place: Int) -> WALMaker {
        var maker = WALMaker()
        maker.tablespaceAt = place
        return maker
    }

    private static func files(_ maker: WALMaker, _ count: Int) -> [(name: String, bytes: [UInt8])] {
        maker.segments(count).enumerated().map { (maker.name($0.offset), $0.element) }
    }

    private static func refused(_ tree: FileTree, _ placed: Set<UInt32> = []) -> UnplacedTablespace? {
        do throws(RestoreError) {
            try LaterTablespaces(data: tree.path, placed: placed).relocate()
            return nil
        } catch {
            guard case .tablespaceUnplaced(let tablespace) = error else { return nil }
            return tablespace
        }
    }

    @Test func `is left as it is when it makes no tablespace`() throws {
        let files = Self.files(WALMaker(), 3)
        let tree = try Self.tree(files)
        #expect(Self.refused(tree) == nil)
        for file in files {
            #expect(
                try Data(contentsOf: URL(filePath: "\(tree.path)/pg_wal/\(file.name)")) == Data(file.bytes))
        }
    }

    @Test func `loses the path of a tablespace that has a place, and is refused for any other`() throws {
        let tree = try Self.tree(Self.files(Self.maker(Self.size + 300_000), 3))
        let position = LogSequenceNumber(UInt64(4 * Self.size + 300_000))
        let refused = Self.refused(tree)
        #expect(
            refused?.identifier == 16_400 && refused?.path == "/srv/space" && refused?.position == position)
        #expect(Self.refused(tree, [16_400]) == nil)
        // Then it names no path any more.
        #expect(Self.refused(tree) == nil)
    }

    /// Whatever stands before: replay may begin behind it.
    @Test func `is read on behind a segment that is damaged, missing or of another size`() throws {
        let sound = Self.files(Self.maker(2 * Self.size + 300_000), 3)
        var damaged = sound
        damaged[0].bytes[5000] ^= 1
        damaged[1].bytes[8192] ^= 1
        var short = sound
        short[1].bytes = Array(short[1].bytes.prefix(100_000))
        for files in [damaged, short, [sound[0], sound[2]], [sound[2]]] {
            #expect(Self.refused(try Self.tree(files))?.identifier == 16_400)
        }
    }

    /// The place of its path is not in this directory.
    @Test func `is refused when it ends within the record of a tablespace`() throws {
        let tree = try Self.tree(Self.files(Self.maker(Self.size - 32), 1))
        let position = LogSequenceNumber(UInt64(4 * Self.size - 32))
        #expect(Self.refused(tree, [16_400]) == .init(0, path: nil, at: position))
    }
}
