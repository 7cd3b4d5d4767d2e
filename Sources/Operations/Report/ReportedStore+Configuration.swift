// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning
import Reports
import Settings

extension ReportedStore {
    /// A store of the configuration, and what that promises of it.
    ///
    /// One that could not be opened keeps the location that the configuration has.
    init(_ store: StoreConfiguration, in configuration: Configuration, _ context: OperationContext) {
        let place = try? StoreAddress.placeInHistory(of: store, context)
        self.init(store.name, location: place ?? store.location)
        policy = store.promises
        let (read, tried) = (Level.checksummed, Level.restored)
        readWithin = store.prove.all.filter { $0.key >= read }.values.min().map { Double($0) }
        asksForReading = readWithin != nil
        asksForTrials =
            store.prove.newest.keys.contains { $0 >= tried }
            || store.prove.sample?.ages.keys.contains { $0 >= tried } == true
        (expectsBackups, keepsBackups) = (store.expect != nil, store.keep != nil)
        hasCopies = !store.copies.isEmpty
        isCopy = store.copyOf != nil
        copies =
            configuration.stores.filter { $0.copyOf == store.name }.map(\.name)
            + store.copies.compactMap { if case .store(let name) = $0 { name } else { nil } }
        let timetables = configuration.schedule.filter { entry in
            configuration.stores(of: entry).contains { $0.name == store.name }
        }.compactMap { (try? Timetable($0, seed: 0)) ?? nil }
        if !timetables.isEmpty {
            patience = Double(SilenceRule(for: timetables, at: context.clock.now).patience)
        }
        (targetRPO, targetRTO) = (store.targets.rpo, store.targets.rto)
    }
}
