// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Diagnostics
import Files
import Foundation
import Glibc
import Inspection
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite("a data directory that is written")
struct StagedTreeTests {
    private let place: OwnedDirectory
    private var target: String { "\(place.path)/db" }
    private var data: String { "\(place.path)/.db.pg_backctl/data" }
    private let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)

    init() throws { place = try OwnedDirectory() }

    private func tree() throws -> StagedTree {
        let folder = try StagedFolder(StagedPlace(target))
        try folder.makeData(owner)
        return StagedTree(data: try StagedTree.Root(folder), owner: owner)
    }

    private static func member(
        _ path: String, size: Int, _ kind: TarMember.Kind = .file, mode: UInt32 = 0o600
    ) -> TarMember {
        TarMember(path: Array(path.utf8), kind: kind, size: UInt64(size), mode: mode, headerOffset: 0)
    }

    /// Gives a keeper one file, in pieces that fit no buffer.
    private func write(_ path: String, _ content: [UInt8], by keeper: any MemberKeeper, mode: UInt32 = 0o600)
    {
        keeper.begin(ObjectName(path), Self.member(path, size: content.count, mode: mode))
        for piece in stride(from: 0, to: content.count, by: 70_001) {
            let bytes = Array(content[piece..<min(piece + 70_001, content.count)])
            keeper.receive(bytes.span.bytes)
        }
        keeper.end()
    }

    private func content(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(data)/\(path)").map(Array.init)
    }

    private func inode(_ path: String) throws -> UInt64? {
        try FileDescriptor(folderAt: data).status(of: path.utf8).validators.inode
    }

    private static let sound: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    /// What an earlier run may have left under a file's name.
    enum Left: String, CaseIterable {
        case all, start, nothing, longer, firstByte, lastByte, byteInTheMiddle, otherMode, link, twoNames
        case folder, pipe

        var stays: Bool { self == .all }

        func make(_ path: String, _ sound: [UInt8]) throws {
            var content = sound
            switch self {
            case .all, .otherMode, .twoNames: break
            case .start: content.removeLast(123_456)
            case .nothing: content = []
            case .longer: content.append(0)
            case .firstByte: content[0] ^= 1
            case .lastByte: content[content.count - 1] ^= 1
            case .byteInTheMiddle: content[150_000] ^= 1
            case .link:
                return try FileManager.default.createSymbolicLink(
                    atPath: path, withDestinationPath: "elsewhere")
            case .folder:
                return try FileManager.default.createDirectory(
                    atPath: "\(path)/inner", withIntermediateDirectories: true)
            case .pipe: #expect(mkfifo(path, 0o600) == 0); return
            }
            try Data(content).write(to: URL(filePath: path))
            chmod(path, self == .otherMode ? 0o666 : 0o600)
            if self == .twoNames { try FileManager.default.linkItem(atPath: path, toPath: path + ".other") }
        }
    }

    @Test(arguments: Left.allCases)
    func `keeps of what was left only what is as it should be`(_ left: Left) throws {
        let tree = try tree()
        try left.make("\(data)/file", Self.sound)
        let before = try inode("file")
        write("file", Self.sound, by: tree.keeper(of: "base.tar"))
        #expect(tree.failure == nil)
        #expect(content("file") == Self.sound)
        #expect(try FileDescriptor(folderAt: data).status(of: "file".utf8).mode == 0o600)
        if left.stays { #expect(try inode("file") == before) }
        #expect(tree.status.filesAsLeft == (left.stays ? 1 : 0))
    }

    @Test func `tells names that two objects hold from what stands in the way`() throws {
        let tree = try tree()
        for object in ["base.tar", "pg_wal.tar"] { write("a", [1], by: tree.keeper(of: ObjectName(object))) }
        let error = try #require(tree.status.failure)
        #expect(error.exitStatus == .restoreFailed && error.message.contains("two objects of the backup"))
        for code in [EEXIST, ENOTDIR] {
            let other = RestoreError.failed("making", "/place", SystemError(code: code))
            #expect(other.exitStatus == .unsafeOperation && !other.message.contains("of the backup"))
        }
    }

    /// Of the memory of a process, which is a file, the first page cannot be read.
    @Test func `takes what cannot be read any more for different`() throws {
        let folder = OpenFolder(try FileDescriptor(folderAt: "/proc/self"))
        let error = #expect(throws: SystemError.self) {
            var file = try StagedFile(
                Array("mem".utf8)[...], in: folder, size: 1 << 20, .init(owner: owner, isForGroup: false))
            try file.receive([1].span.bytes)
        }
        // It was tried to put another file in its place, which /proc does not allow.
        #expect(error?.code == EPERM)
    }

    @Test func `writes nothing into a file that has another name elsewhere`() throws {
        let tree = try tree()
        let precious = "\(place.path)/precious"
        try Data([1, 2, 3]).write(to: URL(filePath: precious))
        try FileManager.default.linkItem(atPath: precious, toPath: "\(data)/file")
        write("file", Self.sound, by: tree.keeper(of: "base.tar"))
        #expect(content("file") == Self.sound)
        #expect(FileManager.default.contents(atPath: precious) == Data([1, 2, 3]))
    }

    @Test func `holds in the end what the last readings named, and nothing else`() throws {
        let tree = try tree()
        for path in ["stray", "base/1/stray", "gone/deep/stray", "pg_tblspc/16384"] {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(
                atPath: "\(data)/\(folder)", withIntermediateDirectories: true)
            try Data([0]).write(to: URL(filePath: "\(data)/\(path)"))
        }
        let wrong = tree.keeper(of: "base.tar")
        write("base/1/1", [1], by: wrong)
        write("base/1/wrong", [1], by: wrong)
        write("pg_wal/1", [1], by: tree.keeper(of: "pg_wal.tar"))
        let right = tree.keeper(of: "base.tar")
        right.begin("pg_tblspc/16384", Self.member("pg_tblspc/16384", size: 0, .directory, mode: 0o700))
        write("base/1/1", [1, 2], by: right)
        try tree.removeLeftovers()
        #expect(tree.failure == nil)
        let names = try FileManager.default.subpathsOfDirectory(atPath: data).sorted()
        #expect(
            names == ["base", "base/1", "base/1/1", "pg_tblspc", "pg_tblspc/16384", "pg_wal", "pg_wal/1"])
        #expect(content("base/1/1") == [1, 2])
    }

    @Test(arguments: [["a", "a"], ["a", "a/b"], ["a/b", "a"], ["a/b/c", "a/b"]])
    func `never replaces what one object holds by what another one does`(_ paths: [String]) throws {
        let tree = try tree()
        for (object, path) in zip(["base.tar", "pg_wal.tar"], paths) {
            #expect(tree.failure == nil)
            write(path, [1], by: tree.keeper(of: ObjectName(object)))
        }
        #expect(tree.failure != nil)
        #expect(content(paths[0]) == [1])
    }
}
