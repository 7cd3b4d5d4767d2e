// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
import Logging
import Settings
public import WALArchive

/// Hands one file of WAL to PostgreSQL.
public struct DeliverWAL: Sendable {
    /// Where the file comes from.
    public enum Source: Sendable {
        case archive(StoreAddress)
        /// The process that serves WAL at this socket.
        case server(socket: String)
    }

    /// How WAL is got and held to its cluster.
    public struct Options: Sendable {
        /// The cluster's that the file must be of; nil for any.
        public var systemIdentifier: UInt64?
        /// In bytes.
        public var segmentSize: UInt32?
        /// Whether the beginning of a segment is handed over where the archive ends.
        public var allowsUnfinished = false
        /// What becomes of records that make tablespaces.
        public var tablespaces = TablespacePolicy.asWritten
        /// A directory into which the next segments are got ahead; nil for none.
        public var spool: String?
        /// How many.
        public var ahead = 8

        /// Of any cluster, and nothing got ahead.
        public init() {}
    }

    private let source: Source
    private let options: Options
    private let context: OperationContext

    /// Opens nothing yet.
    public init(from source: Source, _ options: Options, _ context: OperationContext) {
        (self.source, self.options, self.context) = (source, options, context)
    }

    /// Puts the file at `destination`, checked and synced, or leaves that as it is and throws.
    public func deliver(_ file: ArchivedWALFile, to destination: String) throws(WALArchiveError)
        -> WALDelivery
    {
        switch source {
        case .server(let socket):
            return try WALClient(socket: socket, cancellation: context.cancellation)
                .fetch(file, to: destination)
        case .archive(let address):
            let archive = try open(address)
            guard let path = options.spool, let segment = file.segment else {
                return try archive.fetch(file, to: destination)
            }
            return try deliver(segment, to: destination, archive, through: WALSpool(path, for: archive))
        }
    }

    private func deliver(
        _ segment: WALFileName, to destination: String, _ archive: WALArchive, through spool: WALSpool
    ) throws(WALArchiveError) -> WALDelivery {
        let waiting = try spool.take(segment, to: destination)
        let delivery =
            if let waiting { waiting } else { try archive.fetch(.segment(segment), to: destination) }
        spool.drop(upTo: segment)
        if let size = delivery.facts?.segmentSize { startToFill(spool, after: segment, size) }
        return delivery
    }

    /// Lets a process of its own get what comes next, unless enough of it is there.
    private func startToFill(_ spool: WALSpool, after segment: WALFileName, _ size: UInt32) {
        let ahead = WALSpool.ahead(of: segment, segmentSize: size, count: options.ahead)
        // Half of them are left: enough to replay while the others come.
        guard let half = ahead.dropFirst(ahead.count / 2).first, !spool.holds(half) else { return }
        if !DetachedProcess.startAgain(adding: ["--fill-spool", "\(size)"], Settings.inherited) {
            context.logger.warning("no process could be started to get WAL ahead")
        }
    }

    /// Gets what follows a segment that was handed over; nobody waits for it, and nobody is told.
    public func fillSpool(after file: ArchivedWALFile, segmentSize: UInt32) throws(WALArchiveError) {
        guard let path = options.spool, let segment = file.segment, case .archive(let address) = source else {
            return
        }
        DetachedProcess.limitTime(seconds: 300)
        let archive = try open(address)
        let ahead = WALSpool.ahead(of: segment, segmentSize: segmentSize, count: options.ahead)
        try WALSpool(path, for: archive).fill(ahead, from: archive)
    }

    private func open(_ address: StoreAddress) throws(WALArchiveError) -> WALArchive {
        do {
            return WALArchive(
                try StoreOpening(address: address, context: context).open(jobs: 1),
                systemIdentifier: options.systemIdentifier, segmentSize: options.segmentSize,
                allowsUnfinished: options.allowsUnfinished, tablespaces: options.tablespaces,
                cancellation: context.cancellation)
        } catch let error as any UserError {
            throw WALArchiveError(error)
        } catch {
            throw .unprepared("\(error)", hints: ["please report this."])
        }
    }
}
