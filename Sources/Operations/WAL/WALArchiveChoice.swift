// SPDX-License-Identifier: Apache-2.0
public import Settings

/// Which archive of WAL is meant: the one that an option names, else that of the store in the configuration.
public struct WALArchiveChoice: Sendable {
    private let named: String?
    private let store: StoreConfiguration?
    private let configuration: Configuration?

    /// `store` is what `--store` names; nil where a location was given.
    public init(named: String? = nil, of store: StoreConfiguration?, in configuration: Configuration?) {
        (self.named, self.store, self.configuration) = (named, store, configuration)
    }

    /// Nil where neither names one; `reached` says how this process reaches a location.
    ///
    /// An archive that is a store of its own in the configuration is reached as that one says.
    public func address(reached: (String) -> StoreAddress) throws -> StoreAddress? {
        if let named { return reached(named) }
        guard let store, let configuration, let archive = store.walArchive else { return nil }
        if case .location(let location) = archive { return reached(location) }
        return try StoreAddress(archive, of: store, in: configuration)
    }
}
