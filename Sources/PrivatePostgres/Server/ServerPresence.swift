// SPDX-License-Identifier: Apache-2.0
import Files
public import Glibc

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
    /// There is a `postmaster.pid` that makes no sense, or nobody lets us look.
    case unreadable

    /// Looks at `postmaster.pid` and at every process of this machine, those in containers included, that is
    /// a `postgres` whose current directory this is.
    public static func of(_ directory: String) -> ServerPresence {
        guard let processes = try? ServerProcesses.inside(directory) else { return .unreadable }
        if let process = processes.first { return .live(process.identifier) }
        do { _ = try FileStatus(at: "\(directory)/\(PostmasterFile.name)") } catch {
            return error.isAbsence ? .none : .unreadable
        }
        guard let file = PostmasterFile.read(in: directory) else { return .unreadable }
        // One that we may not see, or not the directory of, is given the benefit of the doubt.
        let seen: ProcessStatus?
        do { seen = try ProcessStatus.look(at: file.identifier) } catch {
            return canBeServer(file.identifier, of: directory)
                ? .live(file.identifier) : .stale(file.identifier)
        }
        guard let process = seen else { return .stale(file.identifier) }
        let isHidden = process.isPostgres && process.directory == nil
        return isHidden ? .live(file.identifier) : .foreign(file.identifier, name: process.name)
    }

    /// Whether a hidden process may be a server of a directory.
    ///
    /// Only the owner of a directory runs one on it, and whose processes are ours we may signal. The number may also be of another
    /// namespace, and here that of anything.
    private static func canBeServer(_ identifier: pid_t, of directory: String) -> Bool {
        guard let owner = try? FileStatus(following: directory).owner, owner == geteuid() else { return true }
        return kill(identifier, 0) == 0
    }

    /// Refuses a directory that a server runs on; a leftover of a killed one is no obstacle.
    public static func refuse(_ directory: String) throws(PrivatePostgresError) {
        switch of(directory) {
        case .none, .stale, .foreign: return
        case .live(let identifier):
            throw .unsafeDirectory(
                directory, reason: "PostgreSQL runs on it (process \(identifier))",
                hint: "stop that server first, or restore to another directory.")
        case .unreadable:
            throw .unsafeDirectory(
                directory, reason: "its postmaster.pid cannot be read",
                hint: "does a server run on it? if none does, remove that file.")
        }
    }
}
