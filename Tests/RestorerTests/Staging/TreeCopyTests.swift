// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files
import Foundation
import Glibc
import Synchronization
import TestKit
import Testing

@testable import Restorer

@Suite struct `A copy of a tree` {
    private let place: OwnedDirectory

    init() throws { place = try OwnedDirectory() }

    private func copy(_ cancellation: Cancellation = Cancellation()) throws -> UInt64 {
        let bytes = Mutex<UInt64>(0)
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/to", withIntermediateDirectories: false)
        try TreeCopy(cancellation: cancellation) { count in bytes.withLock { $0 += count } }
            .copy(
                contentOf: FileDescriptor(folderAt: "\(place.path)/from"),
                to: FileDescriptor(folderAt: "\(place.path)/to"))
        return bytes.withLock { $0 }
    }

    private func make() throws -> [UInt8] {
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(place.path)/from/base/5", withIntermediateDirectories: true)
        let large = (0..<(3 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try Data(large).write(to: URL(filePath: "\(place.path)/from/base/5/large"))
        try Data().write(to: URL(filePath: "\(place.path)/from/empty"))
        try manager.createSymbolicLink(
            atPath: "\(place.path)/from/link", withDestinationPath: "/nowhere at all")
        chmod("\(place.path)/from/empty", 0o640)
        chmod("\(place.path)/from/base", 0o750)
        return large
    }

    @Test func `has names, bytes, links and modes, and is another file`() throws {
        let large = try make()
        #expect(try copy() == UInt64(large.count))
        let copied = "\(place.path)/to/base/5/large"
        #expect(FileManager.default.contents(atPath: copied).map(Array.init) == large)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(place.path)/to/link")
                == "/nowhere at all")
        #expect(try FileStatus(at: "\(place.path)/to/empty").mode == 0o640)
        #expect(try FileStatus(at: "\(place.path)/to/base").mode == 0o750)
        try Data("changed".utf8).write(to: URL(filePath: copied))
        let original = "\(place.path)/from/base/5/large"
        #expect(FileManager.default.contents(atPath: original).map(Array.init) == large)
    }

    @Test func `ends when it is told to, and replaces nothing`() throws {
        _ = try make()
        let stopped = Cancellation()
        stopped.request()
        #expect(throws: SystemError.self) { try copy(stopped) }
        try FileManager.default.removeItem(atPath: "\(place.path)/to")
        _ = try copy()
        #expect(throws: SystemError(code: EEXIST)) {
            try TreeCopy(cancellation: Cancellation(), copied: { _ in })
                .copy(
                    contentOf: FileDescriptor(folderAt: "\(place.path)/from"),
                    to: FileDescriptor(folderAt: "\(place.path)/to"))
        }
    }
}
