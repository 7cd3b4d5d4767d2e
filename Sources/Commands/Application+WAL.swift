// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Logging
import Settings
import WALArchive

extension Application {
    /// Gets one file of WAL from where the options say.
    func deliver(
        _ request: WALRequest, _ store: StoreOptions, _ options: WALOptions
    ) throws(WALArchiveError) -> WALDelivery {
        if let socket = options.socket {
            return try WALClient(socket: socket, cancellation: cancellation)
                .fetch(request.file, to: request.destination)
        }
        let archive = try archive(store, options)
        guard let path = options.spool, let segment = request.file.segment else {
            return try archive.fetch(request.file, to: request.destination)
        }
        let spool = try WALSpool(path, for: archive)
        let waiting = try spool.take(segment, to: request.destination)
        let delivery =
            if let waiting { waiting } else {
                try archive.fetch(request.file, to: request.destination)
            }
        spool.drop(upTo: segment)
        if let size = delivery.facts?.segmentSize { startToFill(spool, after: segment, size, options) }
        return delivery
    }

    /// Lets a process of its own get what comes next, unless enough of it is there.
    private func startToFill(
        _ spool: WALSpool, after segment: WALFileName, _ size: UInt32, _ options: WALOptions
    ) {
        let ahead = WALSpool.ahead(of: segment, segmentSize: size, count: options.ahead)
        // Half of them are left: enough to replay while the others come.
        guard let half = ahead.dropFirst(ahead.count / 2).first, !spool.holds(half) else { return }
        if !DetachedProcess.startAgain(adding: ["--fill-spool", "\(size)"], Settings.inherited) {
            logger.warning("no process could be started to get WAL ahead")
        }
    }

    /// Gets what follows a segment that was handed over; nobody waits for it, and nobody is told.
    func fillSpool(
        after request: WALRequest, segmentSize: UInt32, _ store: StoreOptions, _ options: WALOptions
    ) throws(WALArchiveError) {
        guard let path = options.spool, let segment = request.file.segment else { return }
        DetachedProcess.limitTime(seconds: 300)
        let archive = try archive(store, options)
        let ahead = WALSpool.ahead(of: segment, segmentSize: segmentSize, count: options.ahead)
        try WALSpool(path, for: archive).fill(ahead, from: archive)
    }

    /// Opens the archive of WAL that LOCATION names.
    func archive(_ options: StoreOptions, _ wal: WALOptions) throws(WALArchiveError) -> WALArchive {
        do {
            return WALArchive(
                try store(options, jobs: 1), systemIdentifier: wal.systemIdentifier,
                segmentSize: wal.segmentSize, allowsUnfinished: wal.allowUnfinished,
                tablespaces: wal.tablespaces.map { .linked($0.identifiers) } ?? .asWritten,
                cancellation: cancellation)
        } catch let error as any UserError {
            throw WALArchiveError(error)
        } catch {
            throw .unprepared("\(error)", hints: ["please report this."])
        }
    }

    /// What a file that was not handed over ends with, where it is no plain failure.
    ///
    /// PostgreSQL asks for what is not there all the time, and its log need not say so. A standby never takes a
    /// failure for the end of WAL, so it may ask again.
    func status(
        of error: WALArchiveError, isStandby: Bool, isJSON: Bool
    ) throws -> ExitStatus {
        switch error {
        case .absent(_, nil) where !isJSON:
            logger.debug("\(error.message)")
            return error.exitStatus
        case .store where isStandby:
            terminal.warn("error: \(error.description)")
            let document = ErrorDocument(.inconclusive, message: error.message, hints: error.hints)
            if isJSON { terminal.document(try JSONDocument.text(document)) }
            return .inconclusive
        default: throw error
        }
    }

    /// Says what was handed over: to programs, and to people who asked to hear more.
    func tell(_ delivery: WALDelivery, isJSON: Bool) throws {
        if let trouble = delivery.trouble { logger.warning("\(trouble); read once more, it is sound") }
        if let end = delivery.endsAt { logger.warning("WAL ends in '\(delivery.object)', at \(end)") }
        logger.debug("'\(delivery.object)': \(delivery.size) bytes handed over")
        if isJSON { terminal.document(try JSONDocument.text(WALGetDocument(delivery))) }
    }
}

/// `pg_backctl.wal-get/1`.
private struct WALGetDocument: Encodable {
    let schema = "pg_backctl.wal-get/1"
    let exitStatus: Int32 = 0
    var file: String
    var object: String
    var size: UInt64
    /// In decimal digits: JSON's numbers end at 53 bits for many readers.
    var systemIdentifier: String?
    var endsAt: String?

    init(_ delivery: WALDelivery) {
        (file, object, size) = ("\(delivery.file)", delivery.object.jsonText, delivery.size)
        systemIdentifier = delivery.facts.map { "\($0.systemIdentifier)" }
        endsAt = delivery.endsAt.map { "\($0)" }
    }
}
