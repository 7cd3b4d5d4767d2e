// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import History
import ObjectStore

/// Compares the backups of a store with their copies in a second one.
///
/// What the first store's objects are pinned with is what the second one must hold. From listings come presence and
/// sizes; digests come from what was read on both sides, and so from the history: reading the copies is an ordinary
/// verification of the second store, by a sweep or by hand.
public struct CompareCopies: Sendable {
    private let store: any ObjectStore
    private let copies: any ObjectStore
    private let history: HistoryDatabase

    /// Opens both stores; throws where there is no history, without which nothing is pinned.
    public init(
        _ address: StoreAddress, copies: StoreAddress, _ memory: Memory, _ context: OperationContext
    ) throws {
        guard let history = memory.history else { throw OperationError.noPlaceForHistory }
        store = try StoreOpening(address: address, context: context).open(jobs: 1)
        self.copies = try StoreOpening(address: copies, context: context).open(jobs: 1)
        guard store.url != self.copies.url else {
            throw OperationError.usage(
                "'\(store.url)' cannot be its own copy", hint: "name a second store for its copies.")
        }
        self.history = history
    }

    /// From the listings of both stores and the history; reads no object.
    public func compare() throws -> CopyReport {
        let found = try Catalogue.scan(copies).backups
        let there = Dictionary(found.map { ($0.label, $0) }) { first, _ in first }
        return CopyReport(
            location: store.url, copyLocation: copies.url,
            backups: try Catalogue.scan(store).backups.map { try compare($0, with: there[$0.label]) })
    }

    private func compare(_ backup: Backup, with copy: Backup?) throws -> CopiedBackup {
        try CopyComparison(
            backup, copy, pins: pins(of: backup, in: store),
            copyPins: copy.map { try pins(of: $0, in: copies) } ?? [:]
        ).result
    }

    /// Of the versions that are there now.
    private func pins(of backup: Backup, in store: any ObjectStore) throws -> [ObjectName: Pin] {
        let versions = backup.objects.map { (backup.relativeName(of: $0), $0.validators) }
        return try history.pins(
            of: backup.place(inStoreAt: store.url),
            seenAs: Dictionary(versions) { first, _ in first })
    }
}
