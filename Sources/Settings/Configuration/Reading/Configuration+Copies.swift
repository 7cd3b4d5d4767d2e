// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension Configuration {
    /// Makes stores of the places in which stores have copies, so that those are read, too.
    ///
    /// A place without a name gets one, such as `shop-copy`, and is reached as the store is whose copies it holds. Of it, and of a
    /// named one of which the file asks for no proof at all, it is asked that every byte is read as often as the policy
    /// wants that of the store.
    mutating func addCopies() {
        for store in stores {
            for place in store.copies {
                switch place {
                case .location(let location): add(copyOf: store, at: location)
                case .store(let name): askForReading(of: name, as: store)
                }
            }
        }
    }

    private mutating func add(copyOf store: StoreConfiguration, at location: String) {
        let known = stores.first { $0.isAt(location, reachedAs: store) }
        guard known == nil || known?.copyOf != nil else {
            return askForReading(of: known?.name ?? "", as: store)
        }
        let policy = store.prove.ofCopies
        // What nobody has to read is compared by its listing.
        guard known == nil, policy != ProvePolicy() else { return }
        var copy = store
        copy.name = freeName(store.name)
        (copy.location, copy.copyOf) = (location, store.name)
        (copy.prove, copy.posture) = (policy, .off)
        (copy.expect, copy.keep, copy.walArchive, copy.copies) = (nil, nil, nil, [])
        (copy.trial, copy.targets) = (TrialConfiguration(), RecoveryTargets())
        stores.append(copy)
    }

    private mutating func askForReading(of name: String, as store: StoreConfiguration) {
        guard let index = stores.firstIndex(where: { $0.name == name }) else { return }
        if stores[index].prove == ProvePolicy() { stores[index].prove = store.prove.ofCopies }
    }

    private func freeName(_ name: String) -> String {
        let taken = Set(stores.map(\.name))
        let names = ["\(name)-copy"] + (2...taken.count + 2).map { "\(name)-copy-\($0)" }
        return names.first { !taken.contains($0) } ?? name
    }
}

extension StoreConfiguration {
    /// Whether it is what a store calls so in its `copies`.
    fileprivate func isAt(_ location: String, reachedAs store: StoreConfiguration) -> Bool {
        func bare(_ text: String) -> Substring { text.last == "/" ? text.dropLast() : text[...] }
        let isReachedAlike = location.hasPrefix("/") || endpoint == store.endpoint
        return bare(self.location) == bare(location) && isReachedAlike
    }
}

extension ProvePolicy {
    /// What is asked of the same backups in another place: to be read, as often as here, and no more.
    fileprivate var ofCopies: ProvePolicy {
        var policy = ProvePolicy()
        policy.all[.checksummed] = Self.shortest(all)
        if policy.all.isEmpty { policy.newest[.checksummed] = Self.shortest(newest) }
        return policy
    }

    /// Of the ages of the levels for which all of a backup is read.
    private static func shortest(_ ages: [Level: Double]) -> Double? {
        ages.filter { $0.key >= .checksummed }.values.min()
    }
}
