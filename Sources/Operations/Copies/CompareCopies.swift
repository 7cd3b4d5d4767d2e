// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Digests
import History
import ObjectStore
import Verifier

/// Compares the backups of a store with their copies in a second one.
///
/// What the first store's objects are pinned with is what the second one must hold. From listings come presence and
/// sizes; digests come from what was read on both sides, and so from the history: reading the copies is an ordinary
/// verification of the second store, which the history keeps as such.
public struct CompareCopies: Sendable {
    private let store: any ObjectStore
    private let copies: any ObjectStore
    private let copyAddress: StoreAddress
    private let history: HistoryDatabase
    private let memory: Memory
    private let context: OperationContext

    /// How many objects that differ are read once more in one run.
    private static let mostSecondLooks = 20

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
        (copyAddress, self.history, self.memory, self.context) = (copies, history, memory, context)
    }

    /// From the listings of both stores and the history; reads no object.
    public func compare() throws -> CopyReport {
        let found = try Catalogue.scan(copies).backups
        let there = Dictionary(found.map { ($0.label, $0) }) { first, _ in first }
        return CopyReport(
            location: store.url, copyLocation: copies.url,
            backups: try Catalogue.scan(store).backups.map { try compare($0, with: there[$0.label]) })
    }

    /// Verifies the copies of these backups, or of all, and then compares; what differs in its digest is read once more.
    ///
    /// What the second store holds besides is not verified. Nil for the verification where none of them is there.
    public func verify(
        _ order: VerifyOrder, of labels: Set<String>? = nil, observer: any VerificationObserver
    ) throws -> (verification: VerifyReport?, copies: CopyReport) {
        let there = try compare().backups.filter { $0.isThere && labels?.contains($0.label) != false }
        var verification: VerifyReport?
        if !there.isEmpty {
            let operation = try VerifyBackups(copyAddress, order, memory, context)
            var selection = try operation.select("all")
            let wanted = Set(there.map(\.label))
            selection.backups.removeAll { !wanted.contains($0.label) }
            selection.foreign = []
            verification = try operation.verify(selection, observer: observer)
        }
        return (verification, try lookAgain(compare()))
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

// MARK: The second look
extension CompareCopies {
    /// Nothing bad is said of a copy after one reading.
    private func lookAgain(_ report: CopyReport) throws -> CopyReport {
        guard report.backups.contains(where: { $0.differing > 0 }) else { return report }
        let catalogue = try Catalogue.scan(copies)
        var report = report
        var left = Self.mostSecondLooks
        for index in report.backups.indices where report.backups[index].differing > 0 && left > 0 {
            let folder = try catalogue.backup(labelled: report.backups[index].label).folder
            try report.backups[index].review { object, expected in
                guard left > 0 else { return nil }
                left -= 1
                return try digest(of: folder + object) == expected
            }
        }
        return report
    }

    private func digest(of name: ObjectName) throws -> String {
        var hash = SHA256()
        let object = try copies.head(name)
        try copies.read(ReadRequest(whole: object, isSecondLook: true)) { bytes in hash.update(bytes) }
        return hash.finalized().hex
    }
}

extension CopiedBackup {
    /// Asks of each differing digest whether another reading came to what was expected; nil for who did not look.
    fileprivate mutating func review(
        _ isExpected: (_ object: ObjectName, _ expected: String) throws -> Bool?
    ) throws {
        var kept: [CopyDifference] = []
        for var difference in differences {
            if case .digest(let expected, let found, _) = difference.kind,
                let isExpected = try isExpected(difference.object, expected)
            {
                // Two readings that disagree show nothing: it is as if nobody had read it.
                guard !isExpected else {
                    differing -= 1
                    continue
                }
                difference.kind = .digest(expected: expected, found: found, isConfirmed: true)
            }
            kept.append(difference)
        }
        differences = kept
    }
}
