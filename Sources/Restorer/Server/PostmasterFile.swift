// SPDX-License-Identifier: Apache-2.0
import Files
public import Glibc

/// What `postmaster.pid` of a data directory says.
///
/// Lines as `AddToDataDirLockFile` writes them (src/include/utils/pidfile.h).
public struct PostmasterFile: Sendable, Equatable {
    static let name = "postmaster.pid"

    public var identifier: pid_t
    /// Nil until the server has got that far.
    public var socketDirectory: String?
    /// `starting`, `stopping`, `ready` or `standby`.
    public var status: String?

    /// Nil when the first line is no process number.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? "" }
        // A server without a postmaster (`postgres --single`) writes its number negated.
        guard let first = lines.first, let number = pid_t(first), number != 0, number != .min else {
            return nil
        }
        identifier = abs(number)
        socketDirectory = lines.count > 4 && !lines[4].isEmpty ? lines[4] : nil
        status = lines.count > 7 && !lines[7].isEmpty ? lines[7] : nil
    }

    /// Reads the file in a data directory; nil when there is none that can be read.
    static func read(in directory: String) -> PostmasterFile? {
        guard let folder = try? FileDescriptor(directory: directory) else { return nil }
        return SmallFile.read(name, below: folder).flatMap { PostmasterFile($0) }
    }
}

/// Whether a server runs on a data directory.
public enum ServerPresence: Sendable, Equatable {
    /// Nothing says so.
    case none
    /// It did, and was killed: the process of `postmaster.pid` is gone.
    case stale(pid_t)
    /// It does.
    case live(pid_t)
    /// The number in `postmaster.pid` is now that of something else.
    case foreign(pid_t, name: String)
    /// There is a `postmaster.pid` that makes no sense, or that we may not read.
    case unreadable

    /// Looks at `postmaster.pid` and at every process of this machine, those in containers included, that is
    /// a `postgres` whose current directory this is.
    public static func of(_ directory: String) -> ServerPresence {
        if let process = ServerProcesses.inside(directory).first { return .live(process.identifier) }
        var status = stat()
        guard lstat("\(directory)/\(PostmasterFile.name)", &status) == 0 else { return .none }
        guard let file = PostmasterFile.read(in: directory) else { return .unreadable }
        guard let process = ProcessStatus(file.identifier) else { return .stale(file.identifier) }
        // One whose directory we may not see is given the benefit of the doubt.
        let isHidden = process.isPostgres && process.directory == nil
        return isHidden ? .live(file.identifier) : .foreign(file.identifier, name: process.name)
    }

    /// Refuses a directory that a server runs on; a leftover of a killed one is no obstacle.
    public static func refuse(_ directory: String) throws(RestoreError) {
        switch of(directory) {
        case .none, .stale, .foreign: return
        case .live(let identifier):
            throw .unsafeTarget(
                directory, reason: "PostgreSQL runs on it (process \(identifier))",
                hint: "stop that server first, or restore to another directory.")
        case .unreadable:
            throw .unsafeTarget(
                directory, reason: "its postmaster.pid cannot be read",
                hint: "does a server run on it? if none does, remove that file.")
        }
    }
}

/// The processes of servers.
enum ServerProcesses {
    /// Those whose current directory is a data directory: every process of a server stays in it.
    static func inside(_ directory: String) -> [ProcessStatus] {
        guard let identity = FileIdentity(following: directory) else { return [] }
        return ProcessStatus.all().filter { $0.directory == identity && $0.isPostgres }
    }
}
