// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Foundation
import Glibc
import PrivatePostgres
import Synchronization

/// Which files of a data directory an interrupted restore has written and proven, so that the next one reads
/// them from here and not from the store.
///
/// A list beside the data directory, a line of JSON per file, written only after the file system was synced:
/// what it names survives a power failure. Nothing rests on it, though: a kept file is read from its first
/// byte to its last and held against the same checksums as the object it came from.
final class KeptFiles: Sendable {
    /// In bytes written: how often the list is brought up to date.
    private static let interval: UInt64 = 256 << 20
    /// And in seconds.
    private static let period = 5.0

    /// The list, in the staging folder.
    static let name = "kept"

    private struct Line: Codable {
        var name: ObjectName
        var sha256: String
        var validators: Validators
    }

    private struct State {
        var copies: [ObjectName: Bool] = [:]
        var pending: [Line] = []
        var pendingBytes: UInt64 = 0
        var watch = Stopwatch()
    }

    private let folder: FileDescriptor
    private let path: String
    private let state: Mutex<State>

    /// `folder` is the staging folder, whose `data` holds the files; `objects` are the store's as they are
    /// now, by their names in the data directory.
    init(in path: String, objects: [ObjectName: Validators], owner: ServerOwner) throws(RestoreError) {
        self.path = path
        do {
            folder = try FileDescriptor(folderAt: path)
        } catch { throw .failed("opening", path, error) }
        var copies: [ObjectName: Bool] = [:]
        // What is behind a tablespace's link is read from the store again: links are not followed.
        for line in Self.read(path)
        where !line.name.hasPrefix("pg_tblspc/")
            && objects[line.name]?.isSameVersion(as: line.validators) == true
        {
            if Self.isAsWritten("\(path)/data/\(line.name)", line.validators.size, owner) {
                copies[line.name] = false
            }
        }
        state = Mutex(State(copies: copies))
    }

    /// A file that somebody changed meanwhile is read from the store again, and replaced.
    private static func isAsWritten(_ path: String, _ size: UInt64, _ owner: ServerOwner) -> Bool {
        guard let found = try? FileStatus(at: path) else { return false }
        let attributes = [false, true].map { StagedFile.Attributes(owner: owner, isForGroup: $0) }
        return found.validators.size == size && attributes.contains { $0.allow(found, size: size) }
    }

    var count: Int { state.withLock { $0.copies.count } }

    /// In bytes.
    func size(of objects: [ObjectName: Validators]) -> UInt64 {
        state.withLock { state in state.copies.keys.reduce(0) { $0 &+ (objects[$1]?.size ?? 0) } }
    }

    /// Whether the object is to be read from its copy; said once, for a second look wants the object itself.
    func takesCopy(of object: ObjectName) -> Bool {
        state.withLock { state in
            guard state.copies[object] == false else {
                state.copies[object] = nil
                return false
            }
            state.copies[object] = true
            return true
        }
    }

    /// The copy cannot be read: from here on the object itself is.
    func giveUp(_ object: ObjectName) { state.withLock { $0.copies[object] = nil } }

    /// Whether the reading under way is of the copy.
    func isTaken(_ object: ObjectName) -> Bool { state.withLock { $0.copies[object] == true } }

    func add(_ object: ObjectName, sha256: String, validators: Validators) {
        state.withLock { state in
            guard state.copies[object] == nil else { return }
            state.pending.append(Line(name: object, sha256: sha256, validators: validators))
            state.pendingBytes &+= validators.size
            if state.pendingBytes >= Self.interval || state.watch.seconds >= Self.period { write(&state) }
        }
    }

    /// Writes down what was proven since the last time.
    func flush() { state.withLock { write(&$0) } }

    /// Failing to remember is no reason to fail: the next restore then reads those files again.
    private func write(_ state: inout State) {
        defer { (state.pending, state.pendingBytes, state.watch) = ([], 0, Stopwatch()) }
        guard !state.pending.isEmpty, (try? folder.syncFileSystem()) != nil else { return }
        let encoder = JSONEncoder()
        let lines = state.pending.compactMap { try? encoder.encode($0) }
        let text = lines.reduce(into: Data()) { $0.append($1 + Data([0x0A])) }
        guard let file = FileHandle(forUpdatingAtPath: listPath) ?? Self.create(listPath) else { return }
        defer { try? file.close() }
        guard (try? file.seekToEnd()) != nil, (try? file.write(contentsOf: text)) != nil else { return }
        try? file.synchronize()
    }

    private var listPath: String { Self.list(path) }

    private static func list(_ path: String) -> String { "\(path)/\(name)" }

    private static func create(_ path: String) -> FileHandle? {
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { return nil }
        return FileHandle(forUpdatingAtPath: path)
    }

    /// A line that was cut off by a power failure is left out.
    private static func read(_ path: String) -> [Line] {
        guard let text = FileManager.default.contents(atPath: list(path)) else { return [] }
        let decoder = JSONDecoder()
        return text.split(separator: 0x0A).compactMap { try? decoder.decode(Line.self, from: $0) }
    }
}
