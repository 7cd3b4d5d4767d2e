// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Files
import Foundation
import Glibc
import TestKit
import Testing

@testable import Restorer

/// Where a real file system lets files share their blocks.
@Suite("a copy by reflink")
struct SharedBlocksTests {
    /// Root may mount XFS from a file here.
    private static let canMount =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.xfs")
        && FileManager.default.fileExists(atPath: "/dev/loop-control")

    @Test(.enabled(if: canMount, "XFS cannot be mounted from a file here"))
    func `takes up room for what changes, and for nothing else`() async throws {
        let place = try OwnedDirectory()
        let (disk, mount) = ("\(place.path)/disk", "\(place.path)/mount")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        try await Program("truncate")(["-s", "400M", disk])
        try await Program("/usr/sbin/mkfs.xfs")(["-q", "-m", "reflink=1", disk])
        try await Program("mount")(["-o", "loop", disk, mount])
        let outcome: Result<Void, any Error>
        do { outcome = .success(try Self.copy(in: mount)) } catch { outcome = .failure(error) }
        try await Program("umount")(["-l", mount])
        try outcome.get()
    }

    private static func copy(in mount: String) throws {
        let manager = FileManager.default
        for name in ["from", "to"] {
            try manager.createDirectory(atPath: "\(mount)/\(name)", withIntermediateDirectories: false)
        }
        let bytes = Data(repeating: 7, count: 64 << 20)
        try bytes.write(to: URL(filePath: "\(mount)/from/file"))
        sync()
        let before = try FreeSpace.supply(of: mount).bytes
        try TreeCopy(cancellation: Cancellation()) { _ in }
            .copy(
                contentOf: FileDescriptor(folderAt: "\(mount)/from"),
                to: FileDescriptor(folderAt: "\(mount)/to"))
        sync()
        let after = try FreeSpace.supply(of: mount).bytes
        #expect(before - min(before, after) < 8 << 20)
        #expect(manager.contents(atPath: "\(mount)/to/file") == bytes)
        let changed = try FileHandle(forWritingTo: URL(filePath: "\(mount)/to/file"))
        try changed.write(contentsOf: Data("changed".utf8))
        try changed.close()
        #expect(manager.contents(atPath: "\(mount)/from/file") == bytes)
    }
}
