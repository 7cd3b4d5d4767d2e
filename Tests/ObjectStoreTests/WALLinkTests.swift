// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import TestKit
import Testing

@testable import ObjectStore

@Suite struct `The link of a data directory's WAL` {
    private let tree: FileTree
    private let segment = "data/pg_wal/000000010000000000000001" as ObjectName

    init() throws {
        tree = try FileTree()
        try tree.write("root/data/PG_VERSION", [0x31, 0x35, 0x0A])
        for folder in ["root/wal", "outside"] {
            for name in [
                "000000010000000000000001", "000000010000000000000002.partial", "00000002.history",
                "archive_status/000000010000000000000001.done", "note", "secret/key",
            ] { try tree.write(ObjectName("\(folder)/\(name)"), [1, 2]) }
        }
    }

    private func names(_ target: String) throws -> [String: String?] {
        symlink(target, tree.cString("root/data/pg_wal"))
        let store = try LocalDirectory("\(tree.path)/root", cancellation: Cancellation())
        var found: [String: String?] = [:]
        try store.list("data/pg_wal") { object in found[object.name.description] = object.oddity }
        return found
    }

    @Test func `shows what is WAL's and nothing else, inside of the root`() throws {
        #expect(
            try names("../wal").keys.sorted() == [
                "data/pg_wal/000000010000000000000001", "data/pg_wal/000000010000000000000002.partial",
                "data/pg_wal/00000002.history", "data/pg_wal/archive_status/000000010000000000000001.done",
            ])
    }

    @Test(arguments: ["note", "secret/key"]) func `reads nothing of what it does not show`(
        _ hidden: ObjectName
    )
        throws
    {
        symlink("../wal", tree.cString("root/data/pg_wal"))
        let store = try LocalDirectory("\(tree.path)/root", cancellation: Cancellation())
        let (shown, name) = (try store.head(segment), "data/pg_wal/" + hidden)
        #expect(try store.bytes(ReadRequest(whole: shown)).bytes == [1, 2])
        #expect(throws: ObjectStoreError.missing(name)) { try store.head(name) }
        let request = ReadRequest(name, range: 0..<2, expected: shown.validators)
        #expect(throws: ObjectStoreError.missing(name)) { try store.bytes(request) }
    }

    @Test(arguments: ["../../outside", "/etc"]) func `is not followed out of the root`(_ target: String)
        throws
    {
        let found = try names(target)
        #expect(found.keys.sorted() == ["data/pg_wal"])
        #expect(found["data/pg_wal"]??.contains("leads out") == true, "\(found)")
    }
}
