// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Foundation
import Glibc
import Restorer

/// The folder of one trial, in the folder for all of them: known as ours by the file `trial.json`, and held by a lock as long
/// as the trial runs.
struct TrialScratch {
    /// What stands in `trial.json`.
    struct Mark: Codable, Equatable {
        var format = 1
        /// When it may go although nobody has looked at it; nil for what goes as soon as its process is gone.
        var keptUntil: Timestamp?
    }

    static let prefix = "pg_backctl-trial-"
    private static let mark = "trial.json"
    private static let lockName = "lock"

    /// An absolute path.
    let path: String
    private let lock: FileLock

    /// Never made, for the directory is not placed.
    var target: String { "\(path)/db" }
    var tablespaces: String { "\(path)/tablespaces" }

    /// A new one in `folder`.
    static func make(in folder: String) throws -> TrialScratch {
        let name = prefix + String(UInt64.random(in: .min ... .max), radix: 36)
        let path = "\(folder)/\(name)"
        return try attempt(folder) { () throws(SystemError) in
            let parent = try FileDescriptor(folderAt: folder)
            try parent.makeFolder(name.utf8)
            let own = try FileDescriptor(folder: name.utf8, in: parent)
            guard let lock = try FileLock(lockName.utf8, in: own) else { throw SystemError(code: EBUSY) }
            // The server's owner passes through.
            try own.setMode(0o711)
            try write(Mark(), in: own)
            try own.makeFolder("tablespaces".utf8)
            try FileDescriptor(folder: "tablespaces".utf8, in: own).setMode(0o711)
            return TrialScratch(path: path, lock: lock)
        }
    }

    /// Those that earlier trials have left in a folder and that nobody works in any more; none of other programs or of people.
    static func left(in folder: String) -> [TrialScratch] {
        guard let parent = try? FileDescriptor(folderAt: folder), let names = try? parent.names() else {
            return []
        }
        return names.filter { $0.starts(with: prefix.utf8) }.compactMap { name in
            guard let own = try? FileDescriptor(folder: name, in: parent),
                (try? own.status())?.owner == geteuid(), mark(in: own) != nil,
                let lock = try? FileLock(lockName.utf8, in: own)
            else { return nil }
            return TrialScratch(path: "\(folder)/\(String(decoding: name, as: UTF8.self))", lock: lock)
        }
    }

    /// Whether it is to be looked at at this time.
    func isKept(at time: Timestamp) -> Bool {
        guard let folder = try? FileDescriptor(folderAt: path), let until = Self.mark(in: folder)?.keptUntil
        else { return false }
        return time < until
    }

    private static func mark(in folder: borrowing FileDescriptor) -> Mark? {
        guard let bytes = try? folder.content(of: mark) else { return nil }
        return try? JSONDecoder().decode(Mark.self, from: Data(bytes))
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
            try FileDescriptor(folderAt: folder).removeTree(name)
        }
    }

    private static func write(_ mark: Mark, in folder: borrowing FileDescriptor) throws(SystemError) {
        let text = (try? JSONEncoder().encode(mark)) ?? Data()
        let draft = Self.mark + ".new"
        try folder.remove(draft.utf8)
        let file = try FileDescriptor(creating: draft.utf8, in: folder)
        try file.write([UInt8](text))
        try file.sync()
        try folder.rename(draft.utf8, to: Self.mark.utf8, in: folder)
        try folder.sync()
    }

    private static func attempt<Result>(
        _ path: String, _ body: () throws(SystemError) -> Result
    ) throws -> Result {
        do throws(SystemError) { return try body() } catch {
            throw OperationError.unsafe(
                "'\(ObjectName(path))' cannot be used for a trial: \(error.text)",
                hint: "name a folder that this user may write to: --scratch DIR.")
        }
    }
}
