// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
public import Settings

extension StoreAddress {
    /// A store of the configuration; `settings` are those that were loaded for it.
    public init(_ store: StoreConfiguration, _ settings: Settings) {
        self.init(store.location, settings)
        addressing = store.addressing.flatMap { Addressing(rawValue: $0.rawValue) } ?? .automatic
        (requesterPays, customerKeyFile) = (store.requesterPays, store.customerKeyFile)
        rateLimit = store.rate
    }

    /// A store of the configuration, reached as it says; the environment fills what it leaves open.
    public init(_ store: StoreConfiguration) throws {
        self.init(store, try Settings.current(SettingsOptions(store: store)))
    }

    /// A place that a store of the configuration names: with that store's keys, or with those of the store that it is.
    public init(_ place: StorePlace, of store: StoreConfiguration, in configuration: Configuration) throws {
        switch place {
        case .store(let name): try self.init(try configuration.store(name))
        case .location(let location):
            try self.init(store)
            self.location = location
        }
    }

    /// What the history calls the store; asks the store nothing, and needs no keys.
    public static func placeInHistory(
        of store: StoreConfiguration, _ context: OperationContext
    ) throws -> String {
        do { return try placeThatIsThere(of: store, context) } catch {
            // What is known of a directory is shown though its mount is gone.
            guard !store.location.hasPrefix("s3://") else { throw error }
            return store.location
        }
    }

    /// The same; throws for a directory that is not there now.
    public static func placeThatIsThere(
        of store: StoreConfiguration, _ context: OperationContext
    ) throws -> String {
        let settings = try Settings.current(SettingsOptions(noSignRequest: true, store: store))
        return try StoreOpening(address: StoreAddress(store, settings), context: context).open(jobs: 1).url
    }
}
