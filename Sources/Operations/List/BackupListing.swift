// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue

/// The backups of a store, and what belongs to none of them.
public struct BackupListing: Sendable {
    public struct Line: Sendable {
        public var backup: Backup
        public var time: BackupTime?
        public var completeness: Completeness
        public var lastProof: BackupLine?
        /// Set while something that the history knows speaks against it.
        public var badStanding: BackupStanding?
    }

    public let location: String
    public let lines: [Line]
    public let foreign: [ForeignObject]
    /// When it was looked.
    public let now: Timestamp
    /// For each backup; empty when nobody asked.
    public var recoverable: [RecoverableLine] = []
}
