// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Synchronization
import TestKit
import Testing
import Threads

@testable import Files

@Suite struct `A file that is written` {
    @Test func `must have a name of its own`() throws {
        let folder = try Folder()
        try folder.write("file")
        #expect(
            code { () throws(SystemError) in
                _ = try FileDescriptor(creating: "file".utf8, in: folder.descriptor)
            } == EEXIST)
        #expect(try folder.text("file") == "text")
        let new = try FileDescriptor(creating: "new".utf8, in: folder.descriptor)
        #expect(try new.status().mode == 0o600)
        #expect(try new.status().validators.size == 0)
    }

    @Test func `has the bytes in their order, and after clear only those that come then`() throws {
        let folder = try Folder()
        let file = try FileDescriptor(creating: "file".utf8, in: folder.descriptor)
        try file.write("one ".utf8.span.bytes)
        try file.write([UInt8]().span.bytes)
        try file.write("two".utf8.span.bytes)
        #expect(try folder.text("file") == "one two")
        try file.clear()
        try file.write("3".utf8.span.bytes)
        try file.sync()
        #expect(try folder.text("file") == "3")
    }

    @Test func `is changed where it is asked for, and nowhere else`() throws {
        let folder = try Folder()
        try folder.write("file", "0123456789")
        let file = try FileDescriptor(changing: "file".utf8, in: folder.descriptor)
        try file.write(Array("ab".utf8), at: 4)
        try file.write(Array("xyz".utf8), at: 9)
        try file.write([], at: 0)
        #expect(try folder.text("file") == "0123ab678xyz")
        #expect(
            code { () throws(SystemError) in
                _ = try FileDescriptor(changing: "absent".utf8, in: folder.descriptor)
            } == ENOENT)
    }

    @Test func `says so when the disk is full`() throws {
        let full = try FileDescriptor(number: Glibc.open("/dev/full", O_WRONLY | O_CLOEXEC))
        #expect(throws: SystemError(code: ENOSPC)) { try full.write([1].span.bytes) }
        #expect(throws: SystemError(code: ENOSPC)) { try full.write([1], at: 0) }
        #expect(SystemError(code: ENOSPC).text == "no space left on device")
    }

    @Test func `says so when nothing makes it last`() throws {
        let folder = try Folder()
        try folder.makePipe("pipe")
        let pipe = try FileDescriptor("pipe".utf8, in: folder.descriptor, for: .bytes)
        #expect(throws: SystemError(code: EINVAL)) { try pipe.sync() }
        try folder.descriptor.sync()
        try folder.descriptor.syncFileSystem()
    }

    /// A pipe holds 64 KiB: its writer waits, each signal cuts its call short, and some of those have written a part.
    @Test func `misses no byte when signals interrupt`() async throws {
        let sent = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        let received = try await onPlainThread { try Self.send(sent) }
        #expect(received == sent)
    }

    private static func send(_ bytes: [UInt8]) throws -> [UInt8] {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        guard sigaction(SIGUSR2, &action, nil) == 0 else { throw SystemError.last }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError.last }
        let writer = Monitor<pthread_t?>(nil)
        let failed = Mutex(false)
        let writing = ends[1]
        let thread = WorkerThread.start {
            writer.withState { $0 = pthread_self() }
            do { try FileDescriptor(number: writing).write(bytes.span.bytes) } catch {
                failed.withLock { $0 = true }
            }
        }
        let target = writer.wait { $0 }
        let received = read(ends[0], count: bytes.count) { pthread_kill(target, SIGUSR2) }
        close(ends[0])
        thread?.join()
        return failed.withLock { $0 } ? [] : received
    }

    /// Reads to the end or until all is there, in small pieces, and disturbs the writer before each of them.
    private static func read(_ end: Int32, count: Int, disturb: () -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 20_000)
        while bytes.count < count {
            disturb()
            let count = Glibc.read(end, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { bytes += buffer[..<count] }
        }
        return bytes
    }
}

@Suite struct `A name in a directory` {
    @Test func `takes the place of a file at once`() throws {
        let folder = try Folder()
        try folder.write("old", "old")
        try folder.write("new", "new")
        let reading = try FileDescriptor("old".utf8, in: folder.descriptor, for: .bytes)
        try folder.descriptor.rename("new".utf8, to: "old".utf8, in: folder.descriptor)
        #expect(try folder.names() == ["old"])
        #expect(try folder.text("old") == "new")
        #expect(try reading.content(limit: 10) == Array("old".utf8))
    }

    @Test func `moves to another directory`() throws {
        let folder = try Folder()
        try folder.write("from/file")
        try folder.makeFolder("to")
        let from = try FileDescriptor(folder: "from".utf8, in: folder.descriptor)
        let to = try FileDescriptor(folder: "to".utf8, in: folder.descriptor)
        try from.rename("file".utf8, to: "moved".utf8, in: to)
        #expect(try folder.text("to/moved") == "text")
        #expect(try from.names() == [])
    }

    @Test func `takes no directory's place that holds something`() throws {
        let folder = try Folder()
        try folder.write("new/a", "new")
        try folder.write("old/b", "old")
        let refusal = code { () throws(SystemError) in
            try folder.descriptor.rename("new".utf8, to: "old".utf8, in: folder.descriptor)
        }
        #expect([ENOTEMPTY, EEXIST].contains(refusal))
        #expect(try folder.text("new/a") == "new")
        #expect(try folder.text("old/b") == "old")
    }

    @Test func `is made with all those above it, where they are missing`() throws {
        let folder = try Folder()
        let path = "\(folder.path)/one/two/three"
        #expect(try FileDescriptor(makingFolderAt: path).place() == path)
        #expect(try FileDescriptor(makingFolderAt: path).place() == path)
        try folder.write("file")
        let refusal = code { () throws(SystemError) in
            _ = try FileDescriptor(makingFolderAt: "\(folder.path)/file/below")
        }
        #expect(refusal == ENOTDIR)
    }

    @Test func `that is not there is as good as removed`() throws {
        let folder = try Folder()
        try folder.descriptor.remove("file".utf8)
        try folder.descriptor.removeTree("file".utf8)
        try folder.descriptor.removeFolderIfEmpty("file".utf8)
    }

    @Test func `of a directory is removed with all that is in it, and only when that was asked for`() throws {
        let folder = try Folder()
        try folder.write("full/deep/er/file")
        try folder.makePipe("full/pipe")
        try folder.makeFolder("empty")
        #expect(code { () throws(SystemError) in try folder.descriptor.remove("full".utf8) } != 0)
        try folder.descriptor.removeFolderIfEmpty("full".utf8)
        try folder.descriptor.removeFolderIfEmpty("empty".utf8)
        #expect(try folder.names() == ["full"])
        try folder.descriptor.removeTree("full".utf8)
        #expect(try folder.names() == [])
    }

    @Test func `of a directory is removed however deep others have made it`() throws {
        let folder = try Folder()
        try folder.makeFolder("deep")
        var position = try TreePosition(in: FileDescriptor(folder: "deep".utf8, in: folder.descriptor))
        // More than a process has descriptors, and than a path has bytes.
        for _ in 0..<30_000 {
            try position.folder.makeFolder([0x64])
            try position.enter([0x64])
        }
        _ = try FileDescriptor(creating: "file".utf8, in: position.folder)
        try folder.descriptor.removeTree("deep".utf8)
        #expect(try folder.names() == [])
    }

    @Test func `below a directory that was moved meanwhile is not taken for another`() throws {
        let folder = try Folder()
        try folder.write("tree/inner/file")
        try folder.makeFolder("elsewhere")
        var position = try TreePosition(in: FileDescriptor(folder: "tree".utf8, in: folder.descriptor))
        try position.enter(Array("inner".utf8))
        try FileDescriptor(folder: "tree".utf8, in: folder.descriptor).rename(
            "inner".utf8, to: "inner".utf8,
            in: FileDescriptor(folder: "elsewhere".utf8, in: folder.descriptor))
        var refusal: Int32 = 0
        do throws(SystemError) { try position.leave() } catch { refusal = error.code }
        #expect(refusal == ESTALE)
    }

    @Test func `is listed once, by its bytes, whatever the bytes`() throws {
        let folder = try Folder()
        for name in ["b", "a", "ä", "B", ".hidden", "..."] { try folder.write(name) }
        try folder.descriptor.makeFolder([0xFF, 0x0A])
        let sorted = [".hidden", "...", "B", "a", "b", "ä"].map { Array($0.utf8) } + [[0xFF, 0x0A]]
        #expect(
            try folder.descriptor.names() == sorted.sorted { $0.lexicographicallyPrecedes($1) })
        // A second listing begins at the start again.
        #expect(try folder.descriptor.names().count == 7)
    }
}
