// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// What is known of the cluster that WAL should be of.
struct WALExpectations: Sendable {
    var systemIdentifier: UInt64?
    var segmentSize: UInt32?
    /// A position that somebody asks about.
    var mark: LogSequenceNumber?
    /// Where the recovery ends that WAL is wanted for; nil where it takes all there is.
    var goal: LogSequenceNumber?
}
