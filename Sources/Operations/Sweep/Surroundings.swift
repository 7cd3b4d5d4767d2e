// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History

/// What is wrong around a store: how its bucket keeps it, and what second stores hold of it.
struct Surroundings {
    private let store: SweepStore
    private let history: HistoryDatabase
    private let context: OperationContext

    init(of store: SweepStore, _ history: HistoryDatabase, _ context: OperationContext) {
        (self.store, self.history, self.context) = (store, history, context)
    }

    /// Nothing where the configuration asks for nothing, and where somebody has stopped the sweep.
    var findings: [StoreFinding] {
        guard !context.cancellation.isRequested, let address = try? store.address.get() else { return [] }
        return posture(of: address) + store.copies.flatMap { copy(at: $0, of: address) }
    }

    private func posture(of address: StoreAddress) -> [StoreFinding] {
        guard let order = store.posture else { return [] }
        return told("posture-unread") {
            try LookAtPosture(address, order, context).run().advice.map { StoreFinding($0) }
        }
    }

    private func copy(at copy: Result<StoreAddress, ToldError>, of address: StoreAddress) -> [StoreFinding] {
        told("copy-unread") {
            try CompareCopies(address, copies: copy.get(), Memory(history), context).compare()
                .findings(at: context.clock.now)
        }
    }

    /// What could not be looked at is told as such: nobody knows.
    private func told(_ kind: String, _ look: () throws -> [StoreFinding]) -> [StoreFinding] {
        do { return try look() } catch {
            let error = ToldError(error)
            return [
                StoreFinding(
                    kind: kind, subject: "", severity: .error, message: error.message,
                    advice: error.hints.first)
            ]
        }
    }
}
