// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import Logging
public import Planning

/// Looks whether stores have complete backups that nobody has verified yet.
public struct LookForArrivals: Sendable {
    private let stores: [SweepStore]
    private let memory: Memory
    private let context: OperationContext

    /// Opens no store yet; without a history nothing counts as swept.
    public init(in stores: [SweepStore], _ memory: Memory, _ context: OperationContext) {
        (self.stores, self.memory, self.context) = (stores, memory, context)
    }

    /// The slot of the newest of them for an entry of the schedule: when its last object came.
    ///
    /// Nil when there is none.
    /// A store that cannot be listed has none; sweeps tell of it.
    public func slot(for schedule: String) -> Slot? {
        let newest = stores.compactMap { store -> Timestamp? in
            do {
                let opened = try StoreOpening(address: store.address.get(), context: context).open(jobs: 1)
                return try StoreSurvey(store.name, opened, memory, context).known
                    .filter(\.isNew).compactMap { $0.lastWritten ?? $0.taken }.max()
            } catch {
                context.logger.debug(
                    "not looked at", metadata: ["store": "\(store.name)", "why": "\(error)"])
                return nil
            }
        }.max()
        // One sweep was begun for it; what that did not come to is for the others.
        guard let newest, (try? wasSwept(newest, schedule)) == false else { return nil }
        return Slot(schedule: schedule, nominal: newest)
    }

    private func wasSwept(_ time: Timestamp, _ schedule: String) throws -> Bool {
        try memory.history?.sweptSlots(of: schedule, since: time).contains(time) ?? false
    }
}

extension KnownBackup {
    /// It is there and whole, and nobody has looked at it.
    fileprivate var isNew: Bool {
        goneSince == nil && !isIncomplete && proofs.isEmpty && standing == .unknown
    }
}
