// SPDX-License-Identifier: Apache-2.0

/// What `global/pg_control` says of a cluster.
///
/// PostgreSQL 12 to 18 on little-endian machines (`ControlFileData` in src/include/catalog/pg_control.h).
public struct ControlFile: Sendable, Equatable {
    /// The settings of the primary that a recovering server's own must not be smaller than.
    public struct Limits: Sendable, Equatable {
        /// `max_connections`.
        public var connections: UInt32
        /// `max_worker_processes`.
        public var workerProcesses: UInt32
        /// `max_wal_senders`.
        public var walSenders: UInt32
        /// `max_prepared_transactions`.
        public var preparedTransactions: UInt32
        /// `max_locks_per_transaction`.
        public var locksPerTransaction: UInt32
    }

    /// Tells this cluster from all others; made by initdb.
    public var systemIdentifier: UInt64
    /// `PG_CONTROL_VERSION`: 1201, 1300, 1700 or 1800.
    public var version: UInt32
    /// `CATALOG_VERSION_NO` of the PostgreSQL that made it.
    public var catalogVersion: UInt32
    /// `DBState`; what it means is `clusterState`.
    public var state: UInt32
    /// Where the newest checkpoint's record begins.
    public var checkpoint: LogSequenceNumber
    /// Where recovery from that checkpoint begins.
    public var redo: LogSequenceNumber
    /// Of the last checkpoint.
    public var timeline: UInt32
    /// How far recovery must come before the cluster is consistent; 0 outside of recovery.
    public var minimumRecoveryPoint: LogSequenceNumber
    /// 0 minimal, 1 replica, 2 logical.
    public var walLevel: UInt32
    /// What the server that wrote it was set to: recovery needs at least as much.
    public var limits: Limits
    /// In bytes.
    public var blockSize: UInt32
    /// Blocks in each file of a large relation.
    public var relationSegmentBlocks: UInt32
    /// In bytes.
    public var walBlockSize: UInt32
    /// In bytes.
    public var walSegmentSize: UInt32
    /// Zero where pages have no checksums.
    public var pageChecksumVersion: UInt32

    /// Whether pages of relations carry checksums.
    public var hasPageChecksums: Bool { pageChecksumVersion != 0 }

    /// The WAL without which a server does not start again that was shut down: from the first record to behind the last.
    ///
    /// A server that was recovering goes on from its last restart point, to where its files may already be.
    public var neededAfterShutdown: Range<LogSequenceNumber> {
        let last = LogSequenceNumber(checkpoint.position &+ 1)
        guard clusterState == .shutDownInRecovery else { return checkpoint..<max(checkpoint, last) }
        let start = min(redo, checkpoint)
        return start..<max(start, last, minimumRecoveryPoint)
    }

    /// What the server was doing when the file was written; nil for a number that no version has.
    public var clusterState: State? { State(rawValue: state) }

    /// `DBState` of src/include/catalog/pg_control.h, the same since PostgreSQL 9.3.
    public enum State: UInt32, Sendable {
        case startingUp = 0
        case shutDown
        case shutDownInRecovery
        case shuttingDown
        case inCrashRecovery
        case inArchiveRecovery
        case inProduction
    }
}
