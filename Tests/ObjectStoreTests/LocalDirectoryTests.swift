// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import TestKit
import Testing

@testable import ObjectStore

@Suite struct `Local directory` {
    let tree: FileTree
    let cancellation = Cancellation()

    init() throws { tree = try FileTree() }

    @Test func `the root may be a link, and its address is the real path`() throws {
        try tree.write("real/object", [1])
        symlink("real", tree.cString("link"))
        let store = try LocalDirectory("\(tree.path)/link/", cancellation: cancellation)
        #expect(store.url == tree.path + "/real")
        #expect(try names(store) == ["object"])
    }

    @Test func `a root that is not there is told apart from an empty one`() throws {
        #expect(throws: ObjectStoreError.noSuchStore(tree.path + "/absent")) {
            try LocalDirectory("\(tree.path)/absent", cancellation: cancellation)
        }
        #expect(try names(open()) == [])
    }

    @Test func `a file is no root`() throws {
        try tree.write("file", [1])
        let error = #expect(throws: ObjectStoreError.self) {
            try LocalDirectory("\(tree.path)/file", cancellation: cancellation)
        }
        #expect(error?.message == "'\(tree.path)/file': is not a directory")
    }

    @Test func `names come in the byte order of the whole name`() throws {
        let sorted: [ObjectName] = ["a", "a-b", "a.txt", "a/b", "a/b.c", "a/b/c", "a0", "b", "ä"]
        for name in sorted where name != "a" && name != "a/b" { try tree.write(name, []) }
        #expect(try names(open()) == sorted.filter { $0 != "a" && $0 != "a/b" })
    }

    @Test func `names that are not UTF-8 keep their bytes`() throws {
        let name = ObjectName(bytes: [0x66, 0xFF, 0x2F, 0xC3, 0x28, 0x0A])
        try tree.write(name, [1, 2, 3])
        let store = try open()
        #expect(try names(store) == [name])
        #expect(try read(store, store.head(name)) == [1, 2, 3])
    }

    @Test(arguments: [
        "../outside", "..", ".", "", "/", "/etc/passwd", "a//b", "a/", "./a", "a/../a", "a/./b", "a\0",
    ])
    func `names that lead elsewhere are missing`(_ name: ObjectName) throws {
        try tree.write("a", [1])
        try tree.write("root/a", [1])
        let store = try LocalDirectory("\(tree.path)/root", cancellation: cancellation)
        #expect(throws: ObjectStoreError.missing(name)) { try store.head(name) }
    }

    @Test(arguments: ["../", "./", "/", "a//", "a/../", "..", "x/y/"])
    func `prefixes that lead elsewhere list nothing`(_ prefix: ObjectName) throws {
        try tree.write("secret", [1])
        try tree.write("root/a/b", [1])
        let store = try LocalDirectory("\(tree.path)/root", cancellation: cancellation)
        #expect(try names(store, prefix) == [])
    }

    @Test func `links, pipes and sockets are listed as oddities and never opened`() throws {
        try tree.write("object", [1])
        symlink("object", tree.cString("link"))
        symlink("/etc", tree.cString("folder-link"))
        symlink("nowhere", tree.cString("dangling"))
        mkfifo(tree.cString("pipe"), 0o644)
        let store = try open()
        let oddities = try objects(store).reduce(into: [:]) { $0[$1.name] = $1.oddity }
        #expect(
            oddities == [
                "link": "symbolic link", "folder-link": "symbolic link", "dangling": "symbolic link",
                "pipe": "named pipe",
            ])
        for object in try objects(store) where object.oddity != nil {
            let error = #expect(throws: ObjectStoreError.self) { _ = try read(store, object) }
            #expect(error?.message.hasSuffix("is a \(object.oddity ?? ""), not a file") == true)
        }
        #expect(throws: ObjectStoreError.missing("folder-link/hostname")) {
            try store.head("folder-link/hostname")
        }
        #expect(try names(store, "folder-link/") == [])
    }

    @Test func `a file replaced by a link after it was listed is not followed`() throws {
        try tree.write("object", [1, 2, 3])
        try tree.write("other", [4, 5, 6])
        let store = try open()
        let object = try store.head("object")
        try tree.remove("object")
        symlink("other", tree.cString("object"))
        #expect(throws: ObjectStoreError.self) { _ = try read(store, object) }
    }

    @Test func `a file that grows or shrinks while it is read is told`() throws {
        for newSize in [300_000, 100_000] {
            let name = ObjectName("object-\(newSize)")
            try tree.write(name, StoreContract.bytes(200_000))
            let store = try LocalDirectory(tree.path, cancellation: cancellation, bufferSize: 4096)
            let object = try store.head(name)
            let error = #expect(throws: ObjectStoreError.self) {
                var isFirst = true
                _ = try store.read(ReadRequest(whole: object)) { (_) throws(ObjectStoreError) in
                    if isFirst { truncate(tree.cString(name), newSize) }
                    isFirst = false
                }
            }
            guard case .changed(name, _, _) = error else {
                Issue.record("expected .changed, found \(String(describing: error))")
                continue
            }
        }
    }

    @Test func `a rewrite that sets the modification time back is still told`() throws {
        try tree.write("object", [1, 2, 3])
        let store = try open()
        let object = try store.head("object")
        let modified = try #require(object.validators.modified)
        try tree.write("object", [1, 2, 4])
        var times = [
            timespec(),
            timespec(tv_sec: Int(modified.seconds), tv_nsec: Int(modified.nanoseconds % 1_000_000_000)),
        ]
        #expect(utimensat(AT_FDCWD, tree.cString("object"), &times, 0) == 0)
        #expect(try store.head("object").validators.modified == modified)
        #expect(throws: ObjectStoreError.self) { _ = try read(store, object) }
    }

    @Test func `a request beyond the end of the file is a change, never short bytes`() throws {
        try tree.write("object", [1, 2, 3])
        let store = try open()
        var expected = try store.head("object").validators
        #expect(throws: ObjectStoreError.changed("object", expected: "9 bytes", found: "3 bytes")) {
            _ = try store.read(ReadRequest("object", range: 0..<9, expected: expected)) {
                (_) throws(ObjectStoreError) in
            }
        }
        expected.size = 9
        #expect(throws: ObjectStoreError.changed("object", expected: "9 bytes", found: "3 bytes")) {
            _ = try store.read(ReadRequest("object", range: 0..<3, expected: expected)) {
                (_) throws(ObjectStoreError) in
            }
        }
    }

    @Test func `validators have the file's times to the nanosecond and its inode`() throws {
        try tree.write("object", [1])
        var times = [timespec(tv_sec: 1, tv_nsec: 2), timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)]
        utimensat(AT_FDCWD, tree.cString("object"), &times, 0)
        var status = stat()
        stat(tree.cString("object"), &status)
        let validators = try open().head("object").validators
        #expect(validators.modified == Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789))
        #expect(validators.inode == UInt64(status.st_ino))
        #expect(validators.changed?.seconds == Int64(status.st_ctim.tv_sec))
        #expect(validators.etag == nil)
    }

    @Test func `nesting without end is refused, not followed`() throws {
        let deep = String(repeating: "d/", count: 130)
        try tree.write(ObjectName(deep + "object"), [1])
        let error = #expect(throws: ObjectStoreError.self) { try names(open()) }
        #expect(error?.message.hasSuffix("directories are nested more than 128 deep") == true)
    }

    @Test func `a directory that may not be read is an error, and lost+found is not`() throws {
        try tree.write("open/object", [1])
        try tree.write("lost+found/object", [1])
        chmod(tree.cString("lost+found"), 0)
        let store = try open()
        try asNobody {
            let all = try names(store)
            let hidden = try names(store, "lost+found/object")
            #expect(all == ["open/object"])
            #expect(hidden == [])
        }
        chmod(tree.cString("open"), 0)
        defer { chmod(tree.cString("open"), 0o755) }
        let error = #expect(throws: ObjectStoreError.self) { try asNobody { try names(store) } }
        #expect(error?.message == "access to '\(tree.path)/open/' denied: permission denied")
    }

    @Test func `a file that may not be read is denied, not missing and not damaged`() throws {
        try tree.write("object", [1])
        chmod(tree.cString("object"), 0)
        let store = try open()
        let object = try store.head("object")
        let error = #expect(throws: ObjectStoreError.self) { _ = try asNobody { try read(store, object) } }
        #expect(error?.message == "access to '\(tree.path)/object' denied: permission denied")
        #expect(error?.exitStatus == .inconclusive)
    }

    // MARK: What the tests above are written with

    private func open() throws(ObjectStoreError) -> LocalDirectory {
        try LocalDirectory(tree.path, cancellation: cancellation)
    }

    private func objects(_ store: LocalDirectory, _ prefix: ObjectName = "") throws -> [StoredObject] {
        var objects: [StoredObject] = []
        try store.list(prefix) { (object) throws(ObjectStoreError) in objects.append(object) }
        return objects
    }

    private func names(_ store: LocalDirectory, _ prefix: ObjectName = "") throws -> [ObjectName] {
        try objects(store, prefix).map(\.name)
    }

    private func read(_ store: LocalDirectory, _ object: StoredObject) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try store.read(ReadRequest(whole: object)) { (buffer) throws(ObjectStoreError) in
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

/// Runs the body without root's right to read everything; this thread's rights only.
private func asNobody<Value>(_ body: () throws -> Value) throws -> Value {
    guard geteuid() == 0 else { return try body() }
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
    _ = setfsuid(65_534)
    defer { _ = setfsuid(0) }
    return try body()
}
