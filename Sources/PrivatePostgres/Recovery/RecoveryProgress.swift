// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// How far recovery has come.
public struct RecoveryProgress: Sendable, Equatable {
    /// Where it began.
    public var start: LogSequenceNumber
    /// Up to where WAL was replayed.
    public var replayed: LogSequenceNumber
    /// Where recovery will end, when that can be known.
    public var end: LogSequenceNumber?

    /// `end` is nil where nobody knows at which position recovery will stop.
    public init(start: LogSequenceNumber, replayed: LogSequenceNumber, end: LogSequenceNumber? = nil) {
        (self.start, self.replayed, self.end) = (start, replayed, end)
    }

    /// In bytes of WAL.
    public var done: UInt64 { replayed.position - min(start.position, replayed.position) }
    /// How many bytes of WAL there are to replay; nil when nobody knows where it ends.
    public var total: UInt64? { end.map { $0.position - min(start.position, $0.position) } }
}
