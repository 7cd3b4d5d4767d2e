// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestKit
import Testing

@testable import Files

@Suite struct `A descriptor` {
    /// Whether anything in this process is open under a path, by the system's own table.
    private static func isOpen(_ path: String) throws -> Bool {
        let table = try FileDescriptor(folderAt: "/proc/self/fd")
        return try table.names().contains {
            (try? RealPath.of("/proc/self/fd/".utf8 + $0)) == Array(path.utf8)
        }
    }

    @Test func `is closed when nobody owns it any more`() throws {
        let folder = try Folder()
        try folder.write("file")
        let path = "\(folder.path)/file"
        do {
            let file = try FileDescriptor("file".utf8, in: folder.descriptor, for: .bytes)
            #expect(try Self.isOpen(path))
            _ = try file.status()
        }
        #expect(try !Self.isOpen(path))
    }

    @Test func `is not inherited by programs that we start`() throws {
        let folder = try Folder()
        try folder.write("file")
        try folder.makeFolder("folder")
        let numbers = try [
            folder.descriptor.isInherited,
            FileDescriptor(directory: folder.path).isInherited,
            FileDescriptor(folderItselfAt: folder.path).isInherited,
            FileDescriptor(file: "\(folder.path)/file").isInherited,
            FileDescriptor("file".utf8, in: folder.descriptor, for: .bytes).isInherited,
            FileDescriptor("folder".utf8, in: folder.descriptor, for: .passage).isInherited,
            FileDescriptor(folder: "folder".utf8, in: folder.descriptor).isInherited,
            FileDescriptor(creating: "new".utf8, in: folder.descriptor).isInherited,
        ]
        #expect(numbers.allSatisfy { !$0 }, "\(numbers)")
    }
}

extension FileDescriptor {
    fileprivate var isInherited: Bool { fcntl(number, F_GETFD) & FD_CLOEXEC == 0 }
}

@Suite struct `A lock on a file` {
    /// As a child has it that was begun and has not come to its own program yet.
    @Test func `is given up at once, whoever else has its file open`() throws {
        let folder = try Folder()
        var other: Int32 = -1
        do {
            let lock = try #require(try FileLock("lock".utf8, in: folder.descriptor))
            let table = try FileDescriptor(folderAt: "/proc/self/fd")
            let path = Array("\(folder.path)/lock".utf8)
            let name = try #require(
                try table.names().first { (try? RealPath.of("/proc/self/fd/".utf8 + $0)) == path })
            other = dup(try #require(Int32(String(decoding: name, as: UTF8.self))))
            withExtendedLifetime(lock) {}
        }
        defer { close(other) }
        #expect(other >= 0)
        #expect(try FileLock("lock".utf8, in: folder.descriptor) != nil)
    }

    @Test func `is held by one at a time and ends with its holder`() throws {
        let folder = try Folder()
        do {
            let lock = try #require(try FileLock("lock".utf8, in: folder.descriptor))
            #expect(try FileLock("lock".utf8, in: folder.descriptor) == nil)
            #expect(try FileLock("other".utf8, in: folder.descriptor) != nil)
            withExtendedLifetime(lock) {}
        }
        #expect(try FileLock("lock".utf8, in: folder.descriptor) != nil)
        #expect(try folder.names() == ["lock", "other"])
    }

    @Test func `is not kept by a program that its holder starts`() async throws {
        let folder = try Folder()
        var child = pid_t()
        do {
            let lock = try #require(try FileLock("lock".utf8, in: folder.descriptor))
            var arguments = [strdup("sleep"), strdup("60"), nil]
            defer { arguments.forEach { free($0) } }
            try #require(posix_spawnp(&child, "sleep", nil, nil, &arguments, environ) == 0)
            withExtendedLifetime(lock) {}
        }
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        // The parent goes on a moment before the system closes what the child must not have.
        var isFree = false
        for _ in 0..<500 where !isFree {
            isFree = try FileLock("lock".utf8, in: folder.descriptor) != nil
            if !isFree { usleep(10_000) }
        }
        #expect(isFree)
    }
}
