// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import ObjectStore
import TestKit
import Testing

@testable import Catalogue

@Suite struct ReadingTests {
    private let store = MemoryStore()

    private func backup(_ sums: String) throws -> Backup {
        store.put("a/base.tar", [1])
        store.put("a/backup.sha256", sums)
        return try #require(try Catalogue.scan(store).backups.first)
    }

    @Test func `a sum file that cannot be understood is none`() throws {
        #expect(try backup("nonsense").readSumFile(in: store) == nil)
    }

    @Test func `a sum file that the store does not give is an error, and not none`() throws {
        let backup = try backup("\(String(repeating: "0", count: 64))  ./base.tar\n")
        #expect(try backup.readSumFile(in: store)?.entries.count == 1)
        let failure = ObjectStoreError.denied("it", reason: "AccessDenied", hint: "ask")
        store.setFault { _, _ in .error(failure) }
        #expect(throws: failure) { try backup.readSumFile(in: store) }
    }
}
