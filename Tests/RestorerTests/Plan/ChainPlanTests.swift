// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Foundation
import Glibc
import ObjectStore
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer
@testable import WALArchive

@Suite struct `A plan of a chain` {
    private let place: OwnedDirectory
    private let store = MemoryStore()

    init() throws { place = try OwnedDirectory() }

    private func labels(_ label: String) throws -> [String] {
        let backups = try store.backups
        let request = RestoreRequest(
            target: "\(place.path)/db", goal: RecoveryGoal(.endOfBackup), outcome: .recoveredAtFirstStart,
            owner: ServerOwner(user: geteuid(), group: getegid(), name: nil))
        let planner = RestorePlanner(
            store: store, wal: nil, searchPath: [], cancellation: Cancellation()
        ) { _ in BackupMemory() }
        let backup = try #require(backups.first { $0.label == label })
        return try planner.plan(request, of: .init(backup: backup, time: nil, neighbours: backups))
            .sources.map(\.backup.label)
    }

    private func upload(_ label: String, start: String, parent: String? = nil, system: UInt64 = 7) {
        var backup = PlainBackup(label, start: start, parent: parent)
        backup.system = system
        backup.upload(to: store)
    }

    @Test func `begins with the full backup, however the labels are`() throws {
        upload("c", start: "0/2000028")
        upload("a", start: "0/4000028", parent: "0/2000028")
        upload("b", start: "0/6000028", parent: "0/4000028")
        #expect(try labels("b") == ["c", "a", "b"])
        #expect(try labels("a") == ["c", "a"])
        #expect(try labels("c") == ["c"])
    }

    @Test func `takes no backup of another cluster for a parent`() throws {
        upload("a-stranger", start: "0/2000028", system: 8)
        upload("child", start: "0/4000028", parent: "0/2000028")
        let refused = #expect(throws: RestoreError.self) { try labels("child") }
        #expect(refused?.exitStatus == .policyNotMet)
        upload("parent", start: "0/2000028")
        #expect(try labels("child") == ["parent", "child"])
    }

    @Test func `ends when a backup builds on itself`() throws {
        upload("one", start: "0/2000028", parent: "0/4000028")
        upload("two", start: "0/4000028", parent: "0/2000028")
        let refused = #expect(throws: RestoreError.self) { try labels("two") }
        #expect(refused?.exitStatus == .policyNotMet)
    }

    /// The store gives no bytes of these backups.
    private func archive(_ labels: String...) {
        store.setFault { request, _ in
            labels.contains { request.name.hasPrefix(ObjectName($0 + "/")) }
                ? .error(.coldStorage(request.name, storageClass: "GLACIER")) : nil
        }
    }

    @Test func `is found beside strangers that cannot be read`() throws {
        upload("1", start: "0/1000028")
        upload("2", start: "0/2000028")
        upload("3", start: "0/3000028", parent: "0/2000028")
        upload("4", start: "0/4000028")
        archive("1", "4")
        #expect(try labels("3") == ["2", "3"])
    }

    @Test func `is not called broken while a backup that cannot be read may be part of it`() throws {
        upload("2", start: "0/2000028")
        upload("3", start: "0/3000028", parent: "0/2000028")
        archive("2")
        let refused = #expect(throws: RestoreError.self) { try labels("3") }
        #expect(refused?.exitStatus == .inconclusive)
        #expect(refused?.message.contains("'2' could not be read") == true, "\(refused?.message ?? "")")
    }
}
