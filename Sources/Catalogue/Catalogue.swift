// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import ObjectStore

/// What a store holds: its backups, and what belongs to none.
public struct Catalogue: Sendable, Equatable {
    /// In the order of their labels, byte for byte.
    public let backups: [Backup]
    /// In the order of their names.
    public let foreign: [ForeignObject]

    /// A catalogue of these backups, in the order of their labels, and nothing else.
    public init(backups: [Backup]) { self.init(backups: backups, foreign: []) }

    init(backups: [Backup], foreign: [ForeignObject]) { (self.backups, self.foreign) = (backups, foreign) }

    /// Lists all of a store and arranges it.
    public static func scan(_ store: any ObjectStore) throws(ObjectStoreError) -> Catalogue {
        var listing: [StoredObject] = []
        try store.list(ObjectName("")) { object throws(ObjectStoreError) in listing.append(object) }
        return arrange(listing, rootLabel: rootLabel(of: store.url))
    }

    /// The label of a backup that is the store itself: the last component of the store's URL.
    public static func rootLabel(of url: String) -> String {
        url.split(separator: "/").last.map(String.init) ?? url
    }
}

/// An object that belongs to no backup.
public struct ForeignObject: Sendable, Equatable {
    /// Relative to the store.
    public let name: ObjectName
    /// In bytes.
    public let size: UInt64
    /// Why it belongs to none, in words: it is a folder marker, was listed twice, or no backup owns it.
    public let reason: String

    /// `name` is relative to the store, `size` is in bytes, `reason` has no full stop.
    public init(name: ObjectName, size: UInt64, reason: String) {
        (self.name, self.size, self.reason) = (name, size, reason)
    }
}
