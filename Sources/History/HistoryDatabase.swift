// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Evidence
import Files
import GRDB
import Synchronization

/// What has been verified so far, kept in one SQLite file.
///
/// Runs, proofs, readings, findings and pins are evidence: rows are added and never changed, and the
/// present state is a query over them. Midstates, progress and locks are working memory beside it.
/// Several threads and several processes may use one file at once; readers never wait for a writer.
///
/// A verdict that was recorded survives a power failure (`synchronous=FULL`). Every error is a
/// `HistoryError`.
public final class HistoryDatabase: Sendable {
    /// The SQLite file, as it was named; its -wal and -shm stand beside it.
    public let path: String
    /// Where a corrupt file was moved to when this history was opened; nil when there was none.
    public let movedAside: String?

    let clock: WallClock
    let process: ProcessIdentity
    let pool: DatabasePool
    let witness = Mutex(Witness())
    /// Where the leaves of another history were moved to when this one was opened, until an event tells that.
    let leavesMoved = Mutex<String?>(nil)
    let files: HistoryFiles
    private let opened: [FileIdentity?]

    /// What a history is opened for.
    public enum Use: Sendable {
        /// Results are going to be kept in it: all of it is checked first, which takes about a second for a GB.
        case keeping
        /// Something is looked up: damage is told where it is met.
        case lookingUp
    }

    /// Opens the history, makes it where there is none, and brings its schema up to date.
    ///
    /// A corrupt file that results are to be kept in is moved aside with its -wal and -shm, and a new history begun; an event
    /// there says so. A history of a newer program, or another program's database, is refused and left as it is.
    public convenience init(
        at path: String, for use: Use = .keeping, clock: WallClock, process: ProcessIdentity = .current
    ) throws {
        try self.init(at: path, for: use, clock: clock, process: process, patience: 30)
    }

    /// `patience` is how many seconds a write waits for another process.
    init(
        at path: String, for use: Use = .keeping, clock: WallClock, process: ProcessIdentity,
        patience: Double
    ) throws {
        let files = HistoryFiles(path: path)
        var moved: String?
        try files.create()
        (pool, movedAside) = try files.withFolderLocked {
            try HistoryError.translating(path) {
                let movedAside =
                    use == .keeping ? try Self.moveAsideIfCorrupt(files, at: clock.now) : nil
                if use == .lookingUp { try HistoryInspection.refuseForeign(path) }
                let pool = try DatabasePool(path: path, configuration: Self.configuration(patience: patience))
                try pool.writeWithoutTransaction { db in
                    let isNew = try Schema.migrate(db, path: path)
                    if let movedAside {
                        try Self.note("a corrupt history was moved to '\(movedAside)'", at: clock.now, db)
                    } else if isNew, let leaves = try files.moveLeavesAside(at: clock.now) {
                        try Self.note(
                            "there was a history before this one: it is gone, and what is left of it was moved to '\(leaves)'",
                            at: clock.now, db)
                    } else if use == .keeping, try LeafFile(of: files).isOfAnother(db) {
                        moved = try files.moveLeavesAside(at: clock.now)
                    }
                }
                return (pool, movedAside)
            }
        }
        (self.path, self.clock, self.process) = (path, clock, process)
        (self.files, opened) = (files, files.identities())
        leavesMoved.withLock { $0 = moved }
    }

    private static func note(_ text: String, at now: Timestamp, _ db: Database) throws {
        try db.inTransaction(.immediate) {
            let event = try Event(.movedAside, at: now, text: text).insert(db)
            try LeafTable(db).append(.event, event, cause: nil)
            return .commit
        }
    }

    private static func configuration(patience: Double) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        // Who verifies reads from one thread at a time; each connection costs memory.
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { db in
            // Without it INSERT OR REPLACE would get past the triggers that refuse deletion.
            try db.execute(sql: "PRAGMA recursive_triggers = ON")
            try db.execute(sql: "PRAGMA cache_size = -8000")
        }
        return configuration
    }

    /// Looks at the file through a connection that writes nothing, so that what is moved is as it was found.
    private static func moveAsideIfCorrupt(_ files: HistoryFiles, at now: Timestamp) throws -> String? {
        let isSound = try HistoryInspection.isSound(files.path)
        return isSound ? nil : try files.moveAside(at: now)
    }

    /// Reads, from one consistent state of the database.
    func read<Result>(_ work: (Database) throws -> Result) throws -> Result {
        try whileInPlace { try pool.read(work) }
    }

    /// Does the work in one transaction, which is on the disk when this returns, and signs what it adds.
    ///
    /// The leaves that came with it are in the file beside the history then, too. What is committed is committed: a file that cannot be
    /// written now is caught up with later, and `use` and an audit say that it is behind.
    func write<Result>(_ work: (Database) throws -> Result) throws -> Result {
        try write(asCheckpoint: false, work)
    }

    /// The same, and what it signs is kept as a checkpoint: for what ends a run.
    func writeSealed<Result>(_ work: (Database) throws -> Result) throws -> Result {
        try write(asCheckpoint: true, work)
    }

    private func write<Result>(asCheckpoint: Bool, _ work: (Database) throws -> Result) throws -> Result {
        let result = try write(synchronous: "FULL") { db in
            let before = try HeadTable.State(db)
            let result = try work(db)
            try sign(db, after: before, asCheckpoint: asCheckpoint)
            return result
        }
        _ = try? fillFile()
        return result
    }

    /// Does the work in one transaction that survives a killed process, but perhaps not a power failure.
    func writeRelaxed(_ work: (Database) throws -> Void) throws {
        try write(synchronous: "NORMAL", work)
    }

    private func write<Result>(synchronous: String, _ work: (Database) throws -> Result) throws -> Result {
        try whileInPlace {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
                var result: Result?
                try db.inTransaction(.immediate) {
                    // Another process may have a newer program: what this one writes would lack what that one promises.
                    try Schema.refuseNewer(db, path: path)
                    result = try work(db)
                    return .commit
                }
                guard let result else {
                    throw HistoryError.unusable(path: path, reason: "nothing was committed")
                }
                return result
            }
        }
    }

    /// SQLite goes on writing into files that were deleted, so the names are looked at before and after.
    private func whileInPlace<Result>(_ work: () throws -> Result) throws -> Result {
        guard files.identities() == opened else { throw HistoryError.vanished(path: path) }
        let result = try HistoryError.translating(path, work)
        guard files.identities() == opened else { throw HistoryError.vanished(path: path) }
        return result
    }
}

extension HistoryError {
    /// Turns SQLite's errors into ours.
    static func translating<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as DatabaseError {
            let reason = error.message ?? error.resultCode.description
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw HistoryError.locked(path: path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: throw HistoryError.corrupt(path: path, reason: reason)
            default: throw HistoryError.unusable(path: path, reason: reason)
            }
        }
    }
}
