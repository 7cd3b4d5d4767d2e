// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// How far recovery got.
public struct RecoveryReach: Sendable, Equatable {
    /// Where it began.
    public var start: LogSequenceNumber?
    /// From here on the data were consistent.
    public var consistent: LogSequenceNumber?
    /// The newest position known to be replayed.
    public var replayed: LogSequenceNumber?
    /// When the last transaction that was replayed had been committed.
    public var lastTransaction: Timestamp?

    /// Nothing is known yet.
    public init() {}
}
