// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Testing

@testable import Files

@Suite struct `A file that is read` {
    @Test(arguments: [(3, nil), (4, "text"), (100, "text")])
    func `has no more bytes than the limit`(_ limit: Int, _ text: String?) throws {
        let folder = try Folder()
        try folder.write("file")
        let content = try folder.descriptor.content(of: "file", limit: limit)
        #expect(content.map { String(decoding: $0, as: UTF8.self) } == text)
    }

    @Test func `is read to its end, whatever size the system names`() throws {
        let status = try FileDescriptor(file: "/proc/self/status").content(limit: 1 << 20)
        #expect(status?.starts(with: "Name:".utf8) == true)
        let folder = try Folder()
        let text = String(repeating: "0123456789abcde\n", count: 5000)
        try folder.write("long", text)
        #expect(try folder.descriptor.content(of: "long", limit: 100_000) == Array(text.utf8))
    }

    @Test(arguments: ["folder", "pipe"]) func `is a file and nothing else`(_ name: String) throws {
        let folder = try Folder()
        try folder.makeFolder("folder")
        // Nobody writes to it: opening it in another way would wait for ever.
        try folder.makePipe("pipe")
        #expect(try folder.descriptor.content(of: name) == nil)
    }

    @Test func `is read from where it is asked for, up to its end`() throws {
        let folder = try Folder()
        try folder.write("file", "0123456789")
        let file = try FileDescriptor("file".utf8, in: folder.descriptor, for: .bytes)
        let buffer = PageBuffer(size: 4)
        for (offset, limit, text) in [
            (0, 100, "0123"), (5, 3, "567"), (8, 4, "89"), (10, 4, ""), (99, 4, ""),
        ] {
            let count = try file.read(at: UInt64(offset), limit: limit, into: buffer)
            let isRight = buffer.begins(with: Array(text.utf8).span.bytes)
            #expect(count == text.utf8.count)
            #expect(isRight, "\(offset)")
        }
        let isOther = buffer.begins(with: Array("88".utf8).span.bytes)
        #expect(!isOther)
    }

    @Test(arguments: [
        (ENOENT, true), (ENOTDIR, true), (ENAMETOOLONG, true), (EACCES, false), (EIO, false), (ELOOP, false),
        (EMFILE, false), (EINTR, false),
    ])
    func `is absent when its name leads to nothing, and not when it cannot be read`(
        _ code: Int32, _ isAbsent: Bool
    ) {
        #expect(SystemError(code: code).isAbsence == isAbsent)
    }
}

@Suite struct `What is said of a file` {
    @Test func `is what the system says`() throws {
        let folder = try Folder()
        try folder.write("file", "12345")
        let file = try FileDescriptor("file".utf8, in: folder.descriptor, for: .bytes)
        let writing = try FileDescriptor(number: open("\(folder.path)/file", O_WRONLY | O_CLOEXEC))
        try writing.setMode(0o640)
        guard link("\(folder.path)/file", "\(folder.path)/other") == 0 else { throw SystemError.last }
        let status = try file.status()
        #expect(status.kind == .file)
        #expect((status.owner, status.group) == (geteuid(), getegid()))
        #expect(status.mode == 0o640)
        #expect(status.links == 2)
        #expect(status.validators.size == 5)
        #expect(try folder.descriptor.status(of: "other".utf8) == status)
    }

    @Test func `counts what lies on the disk, not what the size is`() throws {
        let folder = try Folder()
        let file = try FileDescriptor(creating: "hole".utf8, in: folder.descriptor)
        guard ftruncate(file.number, 64 << 20) == 0 else { throw SystemError.last }
        let status = try file.status()
        #expect(status.validators.size == 64 << 20)
        #expect(status.allocated < 1 << 20)
    }

    @Test(arguments: [("folder", "folder"), ("pipe", "named pipe"), ("link", "symbolic link")])
    func `names what kind it is of`(_ name: String, _ words: String) throws {
        let folder = try Folder()
        try folder.makeFolder("folder")
        try folder.makePipe("pipe")
        try folder.makeLink("link", to: "folder")
        let kind = try folder.descriptor.status(of: name.utf8).kind
        #expect(kind == (name == "folder" ? .folder : .oddity(words)))
    }
}

@Suite struct `A path` {
    @Test func `is followed through every link to where it leads`() throws {
        let folder = try Folder()
        try folder.write("real/file")
        try folder.makeLink("one", to: "two")
        try folder.makeLink("two", to: "\(folder.path)/real")
        #expect(
            try RealPath.of("\(folder.path)/one/./../one/file".utf8) == Array("\(folder.path)/real/file".utf8)
        )
    }

    @Test func `that leads in a circle leads nowhere`() throws {
        let folder = try Folder()
        try folder.makeLink("one", to: "two")
        try folder.makeLink("two", to: "one")
        #expect(throws: SystemError(code: ELOOP)) { try RealPath.of("\(folder.path)/one".utf8) }
    }
}

@Suite struct `The memory of this machine` {
    @Test func `is what the system says is free`() {
        let text = "MemTotal:       16 kB\nMemFree:     1 kB\nMemAvailable:    4 kB\n"
        #expect(MachineMemory.available(in: text) == 4096)
        #expect(
            MachineMemory.available(in: "MemFree: 1 kB\n") == nil && MachineMemory.available(in: "") == nil)
        #expect((MachineMemory.available ?? 0) > 0)
    }
}
