// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import TestKit
import Testing

@Suite struct `Copies of backups` {
    private let world: OperationsWorld
    private let tree: FileTree
    private let second: KeyedBucket
    private let memory: Memory
    private static let label = "20251027T143000"
    private static let archive: ObjectName = "base.tar.gz"

    init() throws {
        world = try OperationsWorld()
        (tree, second) = (try FileTree(), try KeyedBucket("second", key: "SECOND"))
        memory = try world.memory("history")
        try BackupSet.tar(Self.label).write(to: tree)
    }

    private func operation() throws -> CompareCopies {
        try CompareCopies(world.address(tree.path), copies: world.address(second), memory, world.context())
    }

    private func compared() throws -> CopiedBackup {
        let report = try operation().compare()
        #expect(report.location == tree.path && report.copyLocation == second.url)
        return try #require(report.backups.first)
    }

    private let order = VerifyOrder(level: .checksummed, jobs: 2)

    private func verifyFirst() throws {
        let operation = try VerifyBackups(world.address(tree.path), order, memory, world.context())
        #expect(
            try operation.verify(operation.select("all"), observer: Watcher()).exitStatus == .success)
    }

    private func verifyCopies() throws -> VerifyReport {
        let operation = try VerifyBackups(world.address(second), order, memory, world.context())
        return try operation.verify(operation.select("all"), observer: Watcher())
    }

    private func verified() throws -> (verification: VerifyReport, report: CopyReport, backup: CopiedBackup) {
        let (verification, report) = (try verifyCopies(), try operation().compare())
        return (verification, report, try #require(report.backups.first))
    }

    @Test func `are missing, then unread, then the same, and then remembered as a verification`() throws {
        try verifyFirst()
        #expect(try compared().state == .missing)
        #expect(try operation().compare().exitStatus == .policyNotMet)

        second.upload(.tar(Self.label))
        let listed = try compared()
        #expect(listed.state == .unread && listed.unread == 5 && listed.lastShown == nil, "\(listed)")
        #expect(second.bucket.requests.allSatisfy { $0.path.hasSuffix("/second/") }, "a listing is enough")

        let (verification, report, backup) = try verified()
        #expect(verification.exitStatus == .success && report.exitStatus == .success)
        #expect(backup.state == .same && backup.same == 5 && backup.lastShown != nil, "\(backup)")
        #expect(try compared() == backup)
        let places = try ReadHistory(memory).backups(HistoryFilter()).map(\.place.url).sorted()
        #expect(places == ["\(tree.path)/\(Self.label)", "\(second.url)/\(Self.label)"].sorted())
    }

    @Test func `that lack an object or have another size are told by listings alone`() throws {
        second.upload(.tar(Self.label))
        second.bucket.delete(ObjectName("\(Self.label)/pg_wal.tar.gz"))
        #expect(try compared().state == .incomplete)
        #expect(try compared().differences.map(\.kind) == [.absent])
        second.bucket.put(ObjectName("\(Self.label)/base.tar.gz"), [1, 2, 3])
        let cut = try compared()
        #expect(cut.state == .differs && cut.absent == 1 && cut.differing == 1)
        #expect(cut.differences.first?.kind == .size(expected: 40_960, found: 3))
        #expect(try operation().compare().exitStatus == .damaged)
    }

    @Test func `that are sound in themselves and other backups are found by the first store's pins`() throws {
        try verifyFirst()
        var other = BackupSet.tar(Self.label)
        other.objects[Self.archive]?[99] ^= 1
        second.upload(other)
        let (verification, report, backup) = try verified()
        #expect(verification.exitStatus == .success, "its own sum file agrees")
        #expect(report.exitStatus == .damaged && backup.state == .differs && backup.lastShown == nil)
        let difference = try #require(backup.differences.first { $0.object == Self.archive })
        guard case .digest = difference.kind else {
            Issue.record("\(difference)")
            return
        }
        #expect(backup.same == 3 && backup.differing >= 1, "\(backup)")
    }

    @Test func `cannot lie in the store itself, and need a history`() throws {
        let address = try world.address(tree.path)
        #expect(throws: OperationError.self) {
            try CompareCopies(address, copies: address, memory, world.context())
        }
        #expect(throws: OperationError.noPlaceForHistory) {
            try CompareCopies(address, copies: world.address(second), .none, world.context())
        }
    }

    @Test(Requires.moto, Requires.rclone, .timeLimit(.minutes(3)))
    func `in a real server are compared with those of another`() async throws {
        let source = try FileTree()
        var set = BackupSet.tar(Self.label)
        set.folder = "bucket/" + set.folder
        try set.write(to: source)
        try await RcloneServer.with(serving: source.path) { rclone in
            try await MotoServer.with { moto in
                try await moto.makeBucket("second")
                try await moto.putDirectory("\(source.path)/bucket", bucket: "second")
                let first = try world.address(
                    "s3://bucket", rclone.endpoint, rclone.accessKeyID, rclone.secretAccessKey)
                let copies = try world.address(
                    "s3://second", moto.endpoint, moto.accessKeyID, moto.secretAccessKey)
                let states = try await onPlainThread {
                    let verify = try VerifyBackups(first, order, memory, world.context())
                    _ = try verify.verify(verify.select("all"), observer: Watcher())
                    let operation = try CompareCopies(first, copies: copies, memory, world.context())
                    let before = try operation.compare().backups.map(\.state)
                    let again = try VerifyBackups(copies, order, memory, world.context())
                    _ = try again.verify(again.select("all"), observer: Watcher())
                    return before + (try operation.compare().backups.map(\.state))
                }
                #expect(states == [.unread, .same])
            }
        }
    }
}
