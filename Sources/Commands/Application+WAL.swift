// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Logging
import Restorer

extension Application {
    /// Gets one file of WAL from where the options say.
    func deliver(
        _ request: WALRequest, _ store: StoreOptions, _ options: WALOptions
    ) throws(WALArchiveError) -> WALDelivery {
        if let socket = options.socket {
            return try WALClient(socket: socket, cancellation: cancellation)
                .fetch(request.file, to: request.destination)
        }
        return try archive(store, options).fetch(request.file, to: request.destination)
    }

    /// Opens the archive of WAL that LOCATION names.
    func archive(_ options: StoreOptions, _ wal: WALOptions) throws(WALArchiveError) -> WALArchive {
        do {
            return WALArchive(
                try store(options, jobs: 1), systemIdentifier: wal.systemIdentifier,
                segmentSize: wal.segmentSize, allowsUnfinished: wal.allowUnfinished,
                cancellation: cancellation)
        } catch let error as any UserError {
            throw WALArchiveError(error)
        } catch {
            throw .unprepared("\(error)", hints: ["please report this."])
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
