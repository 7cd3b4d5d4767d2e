// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// How far recovery has come.
public struct RecoveryProgress: Sendable, Equatable {
    public var start: LogSequenceNumber
    public var replayed: LogSequenceNumber
    /// Where recovery will end, when that can be known.
    public var end: LogSequenceNumber?

    /// In bytes of WAL.
    public var done: UInt64 { replayed.position - min(start.position, replayed.position) }
    public var total: UInt64? { end.map { $0.position - min(start.position, $0.position) } }
}
