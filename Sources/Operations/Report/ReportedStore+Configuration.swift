// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Reports
import Settings

extension ReportedStore {
    /// A store of the configuration, and what that promises of it.
    init(_ store: StoreConfiguration, _ context: OperationContext) throws {
        self.init(store.name, location: try StoreAddress.placeInHistory(of: store, context))
        policy = store.promises
        let (read, tried) = (Level.checksummed, Level.restored)
        asksForReading = store.prove.all.keys.contains { $0 >= read }
        asksForTrials =
            store.prove.newest.keys.contains { $0 >= tried }
            || store.prove.sample?.ages.keys.contains { $0 >= tried } == true
        longestAge = store.prove.all.filter { $0.key >= read }.values.min()
        (expectsBackups, keepsBackups) = (store.expect != nil, store.keep != nil)
        hasCopies = !store.copies.isEmpty
        (targetRPO, targetRTO) = (store.targets.rpo, store.targets.rto)
    }
}
