// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import PrivatePostgres
import Restorer
import TestKit
import Testing

@Suite struct `A restore from a store of several clusters` {
    private let world: OperationsWorld
    private let tree: FileTree

    init() throws {
        world = try OperationsWorld()
        tree = try FileTree()
        for label in ["one/20251027T000000", "two/20251027T000000"] {
            try BackupSet.tar(label).write(to: tree)
        }
    }

    private func refusal() throws -> any UserError {
        let request = RestoreRequest(
            target: world.directory.path + "/target", goal: RecoveryGoal(.endOfBackup), outcome: .recovered,
            owner: try ServerOwner.find(nil))
        let order = RestoreOrder(
            request, of: "latest", in: try world.address(tree.path), jobs: 1, searchPath: [])
        let error = #expect(throws: (any Error).self) {
            try RestoreBackup(order, .none, world.context()).prepare()
        }
        return try #require(error as? any UserError)
    }

    @Test func `names of each the newest that can be restored`() throws {
        var uploading = BackupSet.tar("two/20251101T000000")
        uploading.objects["backup_manifest"] = nil
        try uploading.write(to: tree, withSums: false)
        let refusal = try refusal()
        #expect(refusal.exitStatus == .usage)
        let named = refusal.hints.filter { $0.contains("--backup") }
        #expect(named.count == 2 && named.allSatisfy { $0.contains("/20251027T000000 takes") }, "\(named)")
    }
}
