// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Foundation
import Glibc
import Restorer

/// The folder of one trial, in the folder for all of them: known as ours by its name, held by a lock as long as the trial
/// runs, and kept as long as its file `trial.json` says.
struct TrialScratch {
    /// What stands in `trial.json`.
    struct Mark: Codable, Equatable {
        var format = 1
        /// When it may go although nobody has looked at it; nil for what goes as soon as its process is gone.
        var keptUntil: Timestamp?
    }

    private static let mark = "trial.json"
    private static let lockName = "lock"

    /// An absolute path.
    let path: String
    private let lock: FileLock

    /// Never made, for the directory is not placed.
    var target: String { "\(path)/db" }
    var tablespaces: String { "\(path)/tablespaces" }
    /// Whether any is in it.
    var hasTablespaces: Bool { (try? FileDescriptor(folderAt: tablespaces).names().isEmpty) == false }

    /// A new one in `folder`.
    static func make(in folder: String) throws -> TrialScratch {
        let name = TrialFolderName()
        return try attempt(folder) { () throws(SystemError) in
            let parent = try FileDescriptor(folderAt: folder)
            // Whoever clears up meanwhile would take it for what a killed trial had begun.
            try lockIfPossible(parent)
            try parent.makeFolder(name.text.utf8)
            let own = try FileDescriptor(folder: name.text.utf8, in: parent)
            guard let lock = try FileLock(lockName.utf8, in: own) else { throw SystemError(code: EBUSY) }
            // The server's owner passes through.
            try own.setMode(0o711)
            try write(Mark(), in: own)
            try own.makeFolder("tablespaces".utf8)
            try FileDescriptor(folder: "tablespaces".utf8, in: own).setMode(0o711)
            return TrialScratch(path: "\(folder)/\(name.text)", lock: lock)
        }
    }

    /// Those that earlier trials have left in a folder, begun, done or half removed, and that nobody works in any more; none of
    /// other programs or of people.
    static func left(in folder: String) -> [TrialScratch] {
        guard let parent = try? FileDescriptor(folderAt: folder) else { return [] }
        // Those that are begun look like left ones to who does not hold it.
        do { try lockIfPossible(parent) } catch { return [] }
        return ((try? parent.names()) ?? []).compactMap(TrialFolderName.init(bytes:)).compactMap { name in
            guard let own = try? FileDescriptor(folder: name.text.utf8, in: parent),
                (try? own.status())?.owner == geteuid(), let lock = try? FileLock(lockName.utf8, in: own)
            else { return nil }
            return TrialScratch(path: "\(folder)/\(name.text)", lock: lock)
        }
    }

    /// One that an earlier trial has left; nil when it is not there, and `busy` while somebody works in it.
    static func open(_ path: String) throws -> TrialScratch? {
        let (folder, name) = (ObjectName(path).folder.utf8Text ?? "/", ObjectName(path).lastComponent.bytes)
        guard TrialFolderName(bytes: name) != nil else { return nil }
        do {
            let own = try FileDescriptor(folder: name, in: FileDescriptor(folderAt: folder))
            guard try own.status().owner == geteuid() else { return nil }
            guard let lock = try FileLock(lockName.utf8, in: own) else {
                throw RestoreError.busy(path, holder: "it holds '\(path)/\(lockName)'")
            }
            return TrialScratch(path: path, lock: lock)
        } catch let error as SystemError where error.code == ENOENT { return nil }
    }

    /// Whether its time to be looked at is over.
    enum Keeping: Equatable {
        case over
        /// Until then.
        case until(Timestamp)
        /// Nobody can tell: a newer program has written its mark, or it is spoiled.
        case unknown
    }

    /// Whether it is to be looked at at this time.
    func keeping(at time: Timestamp) -> Keeping {
        let bytes: [UInt8]?
        do throws(SystemError) { bytes = try FileDescriptor(folderAt: path).content(of: Self.mark) } catch {
            // One without it was not made whole, or is half removed.
            return error.code == ENOENT ? .over : .unknown
        }
        guard let mark = try? JSONDecoder().decode(Mark.self, from: Data(bytes ?? [])) else {
            return .unknown
        }
        guard let until = mark.keptUntil, time < until else { return .over }
        return .until(until)
    }

    /// Says until when it may be looked at.
    func keep(until time: Timestamp) throws {
        try Self.attempt(path) { () throws(SystemError) in
            try Self.write(Mark(keptUntil: time), in: FileDescriptor(folderAt: path))
        }
    }

    /// Removes what is left of it, once the restore in it is gone.
    func remove() throws {
        let (folder, name) = (ObjectName(path).folder.utf8Text ?? "/", ObjectName(path).lastComponent.bytes)
        try Self.attempt(path) { () throws(SystemError) in
            let parent = try FileDescriptor(folderAt: folder)
            let own = try FileDescriptor(folder: name, in: parent)
            for inner in try own.names() where inner != Array(Self.lockName.utf8) {
                try own.removeTree(inner)
            }
            // The lock goes last: until then nobody else takes it for something to be removed.
            try Self.lockIfPossible(parent)
            try parent.removeTree(name)
        }
    }

    private static func write(_ mark: Mark, in folder: borrowing FileDescriptor) throws(SystemError) {
        guard let text = try? JSONEncoder().encode(mark) else {
            preconditionFailure("a number and a time are JSON")
        }
        try folder.replaceFile(Self.mark, with: [UInt8](text))
    }

    /// Not every file system can lock; throws only when somebody else holds it too long.
    private static func lockIfPossible(_ folder: borrowing FileDescriptor) throws(SystemError) {
        do { try folder.waitForLock() } catch {
            guard error.code != ETIMEDOUT else { throw error }
        }
    }

    private static func attempt<Result>(
        _ path: String, _ body: () throws(SystemError) -> Result
    ) throws -> Result {
        do throws(SystemError) { return try body() } catch {
            guard error.code != ETIMEDOUT else {
                throw OperationError.unsafe(
                    "'\(ObjectName(path))' cannot be used for a trial: another process holds it locked and does not let go",
                    hint: "lsof or fuser tell which; or name another folder: --scratch DIR.")
            }
            throw OperationError.unsafe(
                "'\(ObjectName(path))' cannot be used for a trial: \(error.text)",
                hint: "name a folder that this user may write to: --scratch DIR.")
        }
    }
}
