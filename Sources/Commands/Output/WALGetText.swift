// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Logging
import Operations
import WALArchive

/// What `wal-get` says and ends with.
struct WALGetText {
    private let application: Application
    private let isJSON: Bool

    init(_ application: Application, isJSON: Bool) { (self.application, self.isJSON) = (application, isJSON) }

    /// What a file that was not handed over ends with, where it is no plain failure.
    ///
    /// PostgreSQL asks for what is not there all the time, and its log need not say so. A standby never takes a
    /// failure for the end of WAL, so it may ask again.
    func status(
        of error: WALArchiveError, isStandby: Bool
    ) throws -> ExitStatus {
        switch error {
        case .absent(_, nil) where !isJSON:
            application.context.logger.debug("\(error.message)")
            return error.exitStatus
        case .store where isStandby:
            application.terminal.warn("error: \(error.description)")
            let document = ErrorDocument(.inconclusive, message: error.message, hints: error.hints)
            if isJSON { application.terminal.document(try JSONDocument.text(document)) }
            return .inconclusive
        default: throw error
        }
    }

    /// Says what was handed over: to programs, and to people who asked to hear more.
    func say(_ delivery: WALDelivery) throws {
        if let trouble = delivery.trouble {
            application.context.logger.warning("\(trouble); read once more, it is sound")
        }
        if let end = delivery.endsAt {
            application.context.logger.warning("WAL ends in '\(delivery.object)', at \(end)")
        }
        application.context.logger.debug("'\(delivery.object)': \(delivery.size) bytes handed over")
        if isJSON { application.terminal.document(try JSONDocument.text(WALGetDocument(delivery))) }
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
