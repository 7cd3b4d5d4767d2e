// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue

/// The backups of a store, and what belongs to none of them.
public struct BackupListing: Sendable {
    /// A backup, with what it and the history say of it.
    public struct Line: Sendable {
        /// What the listing shows of it.
        public var backup: Backup
        /// When it was taken; nil when nothing says so.
        public var time: BackupTime?
        /// Whether all that it should hold is there, by names and sizes alone.
        public var completeness: Completeness
        /// The newest proof; nil when it was never verified, or there is no history.
        public var lastProof: BackupLine?
        /// The newest trial restore that came to its end; nil when there is none.
        public var lastTrial: TrialLine?
        /// Set while something that the history knows speaks against it.
        public var badStanding: BackupStanding?
    }

    /// The store's.
    public let location: String
    /// The backups, in the order of their labels.
    public let lines: [Line]
    /// What belongs to no backup, and why not.
    public let foreign: [ForeignObject]
    /// When it was looked.
    public let now: Timestamp
    /// For each backup; empty when nobody asked.
    public var recoverable: [RecoverableLine] = []
}
