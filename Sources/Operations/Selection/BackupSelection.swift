// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue

/// The backups of a store that an operation was asked to work on.
public struct BackupSelection: Sendable {
    /// The store's.
    public var location: String
    /// Those that were chosen.
    public var backups: [Backup]
    /// Objects that belong to no backup.
    public var foreign: [ObjectName]
    /// All backups of the store, for advice on which to turn to.
    public var neighbours: [Backup]
    /// Newer backups that were not chosen, and why.
    public var skipped: [LatestChoice.Skipped] = []

    /// Whether every backup of the store was asked for.
    public var isWhole: Bool { backups.count == neighbours.count }
    /// In bytes; what listings say of sizes may add up to anything.
    public var size: UInt64 { backups.reduce(0) { $0 &+ $1.size } }
}
