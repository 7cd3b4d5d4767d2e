// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestKit
import Testing

/// Where a history is, and what may become of that place under a sweep.
@Suite("a history whose disk is full or can only be read", .serialized)
struct HistoryPlacesTests {
    private static let isRoot = geteuid() == 0

    /// Room for what begins a sweep, for some of its verdicts, and for more than all.
    @Test(
        .enabled(if: isRoot, "only root can mount a small file system"), .timeLimit(.minutes(5)),
        arguments: [0, 24, 48, 96, 160, 400, 2000])
    func `loses nothing that was kept, and no verdict is green that is not in it`(
        kilobytesLeft: Int
    ) async throws {
        let tree = try FileTree()
        try BackupSet.tar("20251010T143000").write(to: tree)
        try await SmallDisk.with(megabytes: 8) { disk in
            let world = try SweepWorld(
                "location: \(tree.path)", "checksummed: 365d", jobs: 1, folder: disk.path,
                rest: "metrics-file: \(disk.path)/m.prom")
            #expect(try await world.sweep().status == 0)
            for day in 11..<21 { try BackupSet.tar("202510\(day)T143000").write(to: tree) }
            try disk.fill(leaving: kilobytesLeft << 10)
            let run = try await world.sweep()
            #expect(run.status == 0 || run.status == 5, "\(run)")
            try disk.empty()
            #expect(try world.query("PRAGMA integrity_check") == ["ok"])
            let proven = try Set(world.query("SELECT label FROM proof JOIN backup ON backup.id = backup_id"))
            let printed = run.output.split(separator: "\n").filter { $0.contains("  verified  ") }
                .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            #expect(proven.isSuperset(of: printed + ["20251010T143000"]), "\(run)")
            #expect(run.status == 5 || proven.count == 11)
            let next = try await world.swept()
            #expect(next.exitStatus == 0)
            #expect(try world.query("SELECT count(DISTINCT backup_id) FROM proof") == ["11"])
        }
    }

    @Test(.enabled(if: isRoot, "only root can become somebody else"), .timeLimit(.minutes(2)))
    func `refuses a sweep with the reason, and stays as it is`() async throws {
        let tree = try FileTree()
        try BackupSet.tar("20251010T143000").write(to: tree)
        let world = try SweepWorld("location: \(tree.path)", "checksummed: 365d", jobs: 1)
        #expect(try await world.sweep().status == 0)
        try await Program("sh")([
            "-c", "chmod a+rX \"$1\" \"$2\" && chmod a+r \"$1\"/* && chmod -R a+rX \"$2\"", "sh",
            world.binary.home.path, tree.path,
        ])
        let before = try Data(contentsOf: URL(filePath: world.history))
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        let run = try await world.run("sweep", under: nobody)
        #expect(run.status == 5, "\(run)")
        #expect(run.errors.contains("h.sqlite") && run.errors.contains("HINT: "), "\(run)")
        #expect(try Data(contentsOf: URL(filePath: world.history)) == before)
    }
}

/// A file system of a few megabytes.
struct SmallDisk {
    let path: String

    static func with(megabytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
        let folder = try FileTree()
        try await Program("mount")(["-t", "tmpfs", "-o", "size=\(megabytes)m", "none", folder.path])
        let result: Result<Void, any Error>
        do { result = .success(try await body(SmallDisk(path: folder.path))) } catch {
            result = .failure(error)
        }
        try await Program("umount")(["--lazy", folder.path])
        try result.get()
    }

    /// Leaves that much room, of which a part may be unusable.
    func fill(leaving bytes: Int) throws {
        var room = statvfs()
        guard statvfs(path, &room) == 0 else { throw POSIXError(.EIO) }
        let free = Int(room.f_bavail) * Int(room.f_frsize)
        try Data(count: max(0, free - bytes)).write(to: URL(filePath: "\(path)/filler"))
    }

    func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }
}
