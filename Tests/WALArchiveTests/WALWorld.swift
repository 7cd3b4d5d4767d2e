// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import TestKit

@testable import WALArchive

/// An archive in memory with a few segments, and a directory to hand them over to.
struct WALWorld {
    let store = MemoryStore(url: "memory:///wal")
    let tree: FileTree
    let cancellation = Cancellation()
    var maker = WALMaker()
    var segments: [[UInt8]]

    init(count: Int = 3, maker: WALMaker = WALMaker()) throws {
        tree = try FileTree()
        (self.maker, segments) = (maker, maker.segments(count))
    }

    /// With the segments in it, each by its name and something before and after that.
    static func with(
        count: Int = 3, before: String = "", after: String = "", maker: WALMaker = WALMaker()
    ) throws -> WALWorld {
        let world = try WALWorld(count: count, maker: maker)
        for index in 0..<count { world.put(index, "\(before)\(maker.name(index))\(after)") }
        return world
    }

    func put(_ index: Int, _ name: String) { store.put(ObjectName(name), segments[index]) }

    func archive(
        system: UInt64? = nil, size: UInt32? = nil, allowsUnfinished: Bool = false,
        tablespaces: TablespacePolicy = .asWritten
    ) -> WALArchive {
        WALArchive(
            store, systemIdentifier: system, segmentSize: size, allowsUnfinished: allowsUnfinished,
            tablespaces: tablespaces, cancellation: cancellation)
    }

    func name(_ index: Int) -> String { maker.name(index) }

    var destination: String { "\(tree.path)/RECOVERYXLOG" }

    func fetch(_ name: String, from archive: WALArchive? = nil) throws -> WALDelivery {
        try (archive ?? self.archive()).fetch(ArchivedWALFile(name), to: destination)
    }

    /// Why a file is not handed over; fails when it is, or when anything is left behind.
    func refusal(_ name: String, from archive: WALArchive? = nil) -> WALArchiveError? {
        do {
            _ = try fetch(name, from: archive)
            return nil
        } catch let error as WALArchiveError {
            return remains.isEmpty ? error : nil
        } catch { return nil }
    }

    /// What is in the directory.
    var remains: [String] { (try? FileManager.default.contentsOfDirectory(atPath: tree.path)) ?? [] }

    var delivered: [UInt8] {
        (try? Data(contentsOf: URL(filePath: destination))).map(Array.init) ?? []
    }
}
