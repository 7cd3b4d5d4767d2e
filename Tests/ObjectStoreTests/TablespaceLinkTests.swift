// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import TestKit
import Testing

@testable import ObjectStore

@Suite struct `The link of a tablespace` {
    let tree: FileTree
    private let file = "label/data/pg_tblspc/16384/PG_16_1/5/1" as ObjectName

    init() throws {
        tree = try FileTree()
        try tree.write("root/label/data/PG_VERSION", [0x31, 0x36, 0x0A])
        try tree.write("root/label/data/pg_tblspc/.keep", [])
        try tree.write("root/label/space/PG_16_1/5/1", [1, 2, 3])
        try tree.write("root/other/PG_VERSION", [0x31, 0x36, 0x0A])
        try tree.write("root/other/pg_tblspc/7/PG_16_1/5/1", [4])
        try tree.write("outside/PG_16_1/secret", [5])
    }

    @Test(arguments: ["../../space", "$ROOT/label/space", "$ALIAS/label/space/", "./../../space/../space"])
    func `is followed inside of the root, whatever its words`(_ target: String) throws {
        symlink("root", tree.cString("alias"))
        try link(to: target)
        let store = try open()
        let object = try #require(try objects(store)[file])
        #expect(object.otherName == "label/space/PG_16_1/5/1" && object.oddity == nil)
        #expect(try read(store, object) == [1, 2, 3])
        #expect(try store.head(file) == object)
        #expect(try objects(store, "label/data/pg_tblspc/16384/PG_16_1/5/").keys.sorted() == [file])
        #expect(try objects(store)["label/space/PG_16_1/5/1"]?.otherName == nil)
    }

    @Test func `shows what PostgreSQL keeps there and nothing else, and follows no second link`() throws {
        try tree.write("root/label/space/note", [1])
        try tree.write("root/label/space/PG_16_1/PG_VERSION", [1])
        try tree.write("root/label/space/PG_16_1/pg_tblspc/.keep", [1])
        symlink("../../../../space", tree.cString("root/label/space/PG_16_1/pg_tblspc/16384"))
        try link(to: "../../space")
        let store = try open()
        let behind = try objects(store, "label/data/pg_tblspc/16384")
        #expect(
            behind.keys.sorted() == [
                "label/data/pg_tblspc/16384/PG_16_1/5/1", "label/data/pg_tblspc/16384/PG_16_1/PG_VERSION",
                "label/data/pg_tblspc/16384/PG_16_1/pg_tblspc/.keep",
                "label/data/pg_tblspc/16384/PG_16_1/pg_tblspc/16384",
            ])
        #expect(behind["label/data/pg_tblspc/16384/PG_16_1/pg_tblspc/16384"]?.oddity == "symbolic link")
        #expect(throws: ObjectStoreError.missing("label/data/pg_tblspc/16384/note")) {
            try store.head("label/data/pg_tblspc/16384/note")
        }
    }

    @Test(arguments: [
        ("/etc", "that leads out of"), ("../../../../outside", "that leads out of"),
        ("$ROOT/../outside", "that leads out of"), ("/", "that leads out of"),
        ("..", "into a data directory"), ("../..", "to no tablespace"),
        ("../../../other", "into a data directory"),
        ("../../../other/pg_tblspc/7", "into a data directory"),
        ("../../..", "to no tablespace"), ("../../../..", "that leads out of"),
        ("16384", "cannot be followed"), ("nowhere", "cannot be followed"),
        ("../../space/PG_16_1/5/1", "cannot be followed"), ("../../space/PG_16_1", "to no tablespace"),
    ])
    func `is told and not followed when it leads anywhere else`(_ target: String, _ words: String) throws {
        try link(to: target)
        let store = try open()
        let name = "label/data/pg_tblspc/16384" as ObjectName
        let found = try objects(store, name)
        #expect(found.keys.sorted() == [name])
        #expect(found[name]?.oddity?.contains(words) == true, "\(String(describing: found[name]?.oddity))")
        for path in ["PG_16_1/5/1", "PG_16_1/secret", "PG_VERSION", "passwd"] {
            let below = name + ObjectName("/\(path)")
            #expect(throws: ObjectStoreError.missing(below)) { try store.head(below) }
        }
    }

    @Test(arguments: [
        "label/data/pg_tblspc/016384", "label/data/pg_tblspc/x", "label/data/pg_tblspc/12345678901",
        "label/data/base", "pg_tblspc/16384", "label/pg_tblspc/16384",
    ])
    func `has the name of one, in a backup; others are not followed`(_ name: ObjectName) throws {
        try tree.write("root/pg_tblspc/.keep", [])
        try tree.write("root/label/pg_tblspc/.keep", [])
        symlink("\(tree.path)/root/label/space", tree.cString("root/" + name))
        let store = try open()
        #expect(try objects(store, name)[name]?.oddity == "symbolic link")
        #expect(throws: ObjectStoreError.missing(name + "/PG_16_1/5/1")) {
            try store.head(name + "/PG_16_1/5/1")
        }
    }

    @Test func `that is changed after the listing is told, wherever it leads then`() throws {
        try tree.write("root/label/copy/PG_16_1/5/1", [1, 2, 3])
        try link(to: "../../space")
        let store = try open()
        let object = try #require(try objects(store)[file])
        for target in ["../../copy", "../../../../outside", "/etc", "16384"] {
            try tree.remove("root/label/data/pg_tblspc/16384")
            try link(to: target)
            #expect(throws: ObjectStoreError.self) { _ = try read(store, object) }
        }
    }

    @Test func `loops and chains of links end`() throws {
        symlink("b", tree.cString("root/label/a"))
        symlink("a", tree.cString("root/label/b"))
        symlink("space", tree.cString("root/label/first"))
        try link(to: "../../a")
        #expect(
            try objects(open(), "label/data/")["label/data/pg_tblspc/16384"]?.oddity?.contains("too many")
                == true)
        try tree.remove("root/label/data/pg_tblspc/16384")
        try link(to: "../../first")
        #expect(try objects(open())[file]?.otherName == "label/space/PG_16_1/5/1")
    }

    // MARK: What the tests above are written with

    private func link(to target: String) throws {
        let words = target.replacing("$ROOT", with: "\(tree.path)/root").replacing(
            "$ALIAS", with: "\(tree.path)/alias")
        #expect(symlink(words, tree.cString("root/label/data/pg_tblspc/16384")) == 0)
    }

    private func open() throws(ObjectStoreError) -> LocalDirectory {
        try LocalDirectory("\(tree.path)/root", cancellation: Cancellation())
    }

    private func objects(_ store: LocalDirectory, _ prefix: ObjectName = "") throws -> [ObjectName:
        StoredObject]
    {
        var objects: [ObjectName: StoredObject] = [:]
        try store.list(prefix) { (object) throws(ObjectStoreError) in objects[object.name] = object }
        return objects
    }

    private func read(_ store: LocalDirectory, _ object: StoredObject) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try store.read(ReadRequest(whole: object)) { (buffer) throws(ObjectStoreError) in
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
