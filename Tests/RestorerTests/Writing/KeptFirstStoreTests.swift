// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Foundation
import Glibc
import Inspection
import ObjectStore
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite("files of an interrupted restore")
struct KeptFirstStoreTests {
    private let place: OwnedDirectory
    private let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
    private var staging: String { "\(place.path)/.db.pg_backctl" }
    private let content: [UInt8] = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9) }

    init() throws { place = try OwnedDirectory() }

    /// A disk on which a sector went bad: what stands before it can be read.
    private struct BadDisk: ObjectStore {
        let store: any ObjectStore
        let readable: UInt64
        var url: String { store.url }

        func list(
            _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
        ) throws(ObjectStoreError) { try store.list(prefix, body) }

        func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try store.head(name) }

        func read(
            _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
        ) throws(ObjectStoreError) -> ReadStatistics {
            var start = request
            start.range = 0..<readable
            _ = try store.read(start, body)
            throw .gaveUp("'f'", attempts: "input/output error")
        }
    }

    /// A tree that has the file, all of it or with other bytes from the bad sector on, and knows that it is kept.
    private func tree(_ object: StoredObject, isWhole: Bool) throws -> StagedTree {
        let folder = try StagedFolder(StagedPlace("\(place.path)/db"))
        try folder.makeData(owner)
        let left = isWhole ? content : content.prefix(200_000) + [UInt8](repeating: 0, count: 500_000)
        try Data(left).write(to: URL(filePath: "\(staging)/data/f"))
        chmod("\(staging)/data/f", 0o600)
        let before = try KeptFiles(in: staging, objects: [:], owner: owner)
        before.add("f", sha256: "", validators: object.validators)
        before.flush()
        let kept = try KeptFiles(in: staging, objects: ["f": object.validators], owner: owner)
        try #require(kept.count == 1)
        return StagedTree(data: try StagedTree.Root(folder), owner: owner, kept: kept)
    }

    @Test(arguments: [nil, 0, 1, 200_000, 700_000] as [UInt64?])
    func `are read from the store, and written anew, from where the disk cannot be read`(
        _ readable: UInt64?
    ) throws {
        let store = MemoryStore()
        store.put("b/f", content)
        let object = try store.head("b/f")
        let tree = try tree(object, isWhole: readable == nil || readable == 700_000)
        let disk = try tree.copies(Cancellation())
        let first = KeptFirstStore(
            store: store, folder: "b/",
            copies: readable.map { BadDisk(store: disk, readable: $0) } ?? disk as any ObjectStore,
            kept: try #require(tree.kept))
        let keeper = tree.keeper(of: "f")
        keeper.begin("f", .whole("f", size: object.size))
        var bytes: [UInt8] = []
        _ = try first.read(ReadRequest(whole: object)) { (piece) throws(ObjectStoreError) in
            keeper.receive(piece)
            piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        keeper.end()
        #expect(tree.failure == nil && bytes == content)
        #expect(FileManager.default.contents(atPath: "\(staging)/data/f").map(Array.init) == content)
        let read = store.requests.map { $0.range }
        #expect(read == (readable.map { [$0..<object.size] } ?? []))
    }

    @Test func `end with the error of who takes their bytes`() throws {
        let store = MemoryStore()
        store.put("b/f", content)
        let object = try store.head("b/f")
        let tree = try tree(object, isWhole: true)
        let first = KeptFirstStore(
            store: store, folder: "b/", copies: try tree.copies(Cancellation()),
            kept: try #require(tree.kept))
        _ = tree.keeper(of: "f")
        #expect(throws: ObjectStoreError.missing("mine")) {
            try first.read(ReadRequest(whole: object)) { _ throws(ObjectStoreError) in throw .missing("mine")
            }
        }
        #expect(store.requests.isEmpty)
    }
}
