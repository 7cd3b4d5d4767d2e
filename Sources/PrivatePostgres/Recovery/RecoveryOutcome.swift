// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// What recovery came to.
public struct RecoveryOutcome: Sendable, Equatable {
    /// Where the new timeline begins.
    public var end: LogSequenceNumber
    /// The timeline that recovery was on its way to; it may have ended before, on one that leads there.
    public var target: UInt32
    /// The one that the restored server is on now.
    public var timeline: UInt32
    /// When the last transaction that was replayed had been committed; nil when none was.
    public var lastTransaction: Timestamp?
    /// From the start of the server until it was ready.
    public var seconds: Double

    /// Of a recovery that is over.
    public init(
        end: LogSequenceNumber, target: UInt32, timeline: UInt32, lastTransaction: Timestamp?, seconds: Double
    ) {
        (self.end, self.target, self.timeline) = (end, target, timeline)
        (self.lastTransaction, self.seconds) = (lastTransaction, seconds)
    }
}
