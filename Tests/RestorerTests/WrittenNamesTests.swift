// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Foundation
import Inspection
import TestKit
import Testing

@testable import Restorer

@Suite("an archive that is read twice")
struct WrittenNamesTests {
    private let directory: OwnedDirectory
    private let tree: StagedTree

    init() throws {
        directory = try OwnedDirectory()
        let folder = try StagedFolder(StagedPlace("\(directory.path)/db"))
        let space = try StagedFolder(StagedPlace("\(directory.path)/space"))
        let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
        for folder in [folder, space] { try folder.makeData(owner) }
        tree = StagedTree(
            data: try .init(folder), tablespaces: [16384: try .init(space)], owner: owner)
    }

    @Test func `leaves no file and no folder that only the wrong reading had`() throws {
        read("pg_wal.tar", ["pg_wal/1"])
        read("base.tar", ["PG_VERSION", "base/1/1", "bASE/1/2", "bASE/1/3", "base/1/4/5"], folders: ["bad"])
        read("16384.tar", ["pg_tblspc/16384/PG_16_1/5/1", "pg_tblspc/16384/PG_17_1/5/1"])
        tree.completed("pg_wal.tar", sha256: "", validators: Validators(size: 0))
        #expect(try names().contains("bASE/1/2"))
        read("base.tar", ["PG_VERSION", "base/1/1"], folders: ["global"])
        read("16384.tar", ["pg_tblspc/16384/PG_16_1/5/1"])
        for archive in ["base.tar", "16384.tar"] as [ObjectName] {
            tree.completed(archive, sha256: "", validators: Validators(size: 0))
        }
        #expect(tree.status.failure == nil)
        #expect(
            try names() == [
                "PG_VERSION", "base", "base/1", "base/1/1", "global", "pg_wal", "pg_wal/1",
            ])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/.space.pg_backctl/data")
                == ["PG_16_1"])
    }

    @Test func `fails when the wrong reading wrote over what another archive holds`() throws {
        read("pg_wal.tar", ["pg_wal/1"])
        read("base.tar", ["PG_VERSION", "pg_wal/1"])
        read("base.tar", ["PG_VERSION"])
        tree.completed("base.tar", sha256: "", validators: Validators(size: 0))
        #expect(tree.status.failure?.message.contains("wrote over a file of another archive") == true)
    }

    @Test func `is left alone when both readings have the same names`() throws {
        read("base.tar", ["PG_VERSION", "base/1/1"])
        read("base.tar", ["PG_VERSION", "base/1/1"])
        tree.completed("base.tar", sha256: "", validators: Validators(size: 0))
        #expect(tree.names.leftover(of: "base.tar") == .nothing)
        #expect(try names() == ["PG_VERSION", "base", "base/1", "base/1/1"])
    }

    private func read(_ archive: ObjectName, _ files: [ObjectName], folders: [ObjectName] = []) {
        let keeper = tree.keeper(of: archive)
        for (path, kind) in folders.map({ ($0, TarMember.Kind.directory) }) + files.map({ ($0, .file) }) {
            keeper.begin(
                path, TarMember(path: path.bytes, kind: kind, size: 0, mode: 0o600, headerOffset: 0))
            if kind == .file { keeper.end() }
        }
    }

    private func names() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(directory.path)/.db.pg_backctl/data").sorted()
    }
}
