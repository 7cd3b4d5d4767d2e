// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Glibc
import Threads

/// Serves WAL to the PostgreSQL that a restore has started, over a Unix socket.
///
/// The restoring process holds the credentials; `pg_backctl wal-get --socket`, which PostgreSQL runs as another
/// user, needs none. The next segments are got on threads of its own while PostgreSQL replays the last, and
/// wait as files in a directory beside the socket, bounded in number and bytes. It serves names of WAL and
/// nothing else.
public final class WALServer: Sendable {
    public struct Options: Sendable {
        /// How many segments are got ahead, and how many bytes; one is, whatever its size.
        public var segmentsAhead = 8
        public var bytesAhead: UInt64 = 256 << 20
        /// How many are got at once.
        public var threads = 3
        /// Who PostgreSQL runs as, when that is somebody else: user and group.
        public var owner: (user: UInt32, group: UInt32)?

        public init() {}
    }

    let archive: WALArchive
    /// Where clients connect to.
    public let socketPath: String
    let spool: String
    let listener: UnixSocket
    let state: Monitor<State>
    private let threads: Threads

    struct State {
        var plan: PrefetchPlan
        var report = WALServerReport()
        var isStopping = false
    }

    /// Serves while `body` runs; says afterwards what was served.
    public static func with<Result>(
        _ archive: WALArchive, in directory: String, _ options: Options = Options(),
        _ body: (WALServer) throws -> Result
    ) throws -> (result: Result, report: WALServerReport) {
        let server = try WALServer(archive, in: directory, options)
        defer { server.stop() }
        let result = try body(server)
        return (result, server.stop())
    }

    /// Starts to serve; `directory` is private to this restore and holds the socket and the segments.
    ///
    /// With an owner the directory is given to them, so that they can come to the socket. `stop` must be called.
    public init(
        _ archive: WALArchive, in directory: String, _ options: Options = Options()
    ) throws(WALArchiveError) {
        self.archive = archive
        (socketPath, spool) = ("\(directory)/wal.socket", "\(directory)/wal-ahead")
        try Self.prepare(directory, spool, options)
        do throws(UnixSocket.Failure) { listener = try .listening(at: socketPath) } catch {
            throw .server(socketPath, reason: error.reason)
        }
        if let owner = options.owner, lchown(socketPath, owner.user, owner.group) != 0 {
            throw Self.failure(socketPath, "cannot be given to the user of PostgreSQL")
        }
        state = Monitor(
            State(plan: PrefetchPlan(segments: options.segmentsAhead, bytes: options.bytesAhead)))
        threads = Threads()
        try start(options)
    }

    /// Two serve, so that a client that hangs keeps nobody waiting.
    private func start(_ options: Options) throws(WALArchiveError) {
        let serving = (0..<2).compactMap { _ in WorkerThread.start { self.serve() } }
        let getting = (0..<max(0, options.threads)).compactMap { _ in WorkerThread.start { self.getAhead() } }
        threads.keep(serving + getting)
        guard serving.isEmpty else { return }
        stop()
        throw .server(socketPath, reason: "the system has no thread left")
    }

    /// What PostgreSQL is to run.
    public func restoreCommand(executable: String) -> RestoreCommand {
        RestoreCommand(executable: executable, socket: socketPath)
    }

    /// What was served so far.
    public var report: WALServerReport { state.withState { $0.report } }

    /// Ends all threads, removes the socket and what was got ahead; may be called more than once.
    @discardableResult
    public func stop() -> WALServerReport {
        state.withState { $0.isStopping = true }
        threads.join()
        unlink(socketPath)
        Self.empty(spool)
        rmdir(spool)
        return report
    }

    var isStopping: Bool { state.withState { $0.isStopping } || archive.cancellation.isRequested }

    /// The threads, which are joined once.
    ///
    /// `@unchecked Sendable`: touched by who starts and stops the server, under the lock.
    private final class Threads: Sendable {
        private let list = Monitor<[WorkerThread]>([])

        func keep(_ threads: [WorkerThread]) { list.withState { $0 = threads } }

        func join() {
            let threads = list.withState { threads in
                defer { threads = [] }
                return threads
            }
            for thread in threads { thread.join() }
        }
    }
}

/// What a `WALServer` has done.
public struct WALServerReport: Sendable, Equatable {
    /// How many segments were handed over, and their bytes.
    public var segments = 0
    public var bytes: UInt64 = 0
    public var lastSegment: String?
    /// The last file that was asked for and is not in the archive.
    public var lastAbsent: String?
    /// Why PostgreSQL was refused a file for the first time; absence is no failure.
    public var firstFailure: WALArchiveError?
    /// What was damaged and could be read all the same, or where WAL ended: in words, a few at most.
    public var notes: [String] = []

    mutating func note(_ words: String) {
        if notes.count < 20 { notes.append(words) }
    }
}

// MARK: Its directory
extension WALServer {
    private static func prepare(
        _ directory: String, _ spool: String, _ options: Options
    ) throws(WALArchiveError) {
        if let owner = options.owner, lchown(directory, owner.user, owner.group) != 0 {
            throw failure(directory, "cannot be given to the user of PostgreSQL")
        }
        guard mkdir(spool, 0o700) == 0 || errno == EEXIST else { throw failure(spool, "cannot be made") }
        var status = stat()
        guard lstat(spool, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid()
        else { throw .local(spool, reason: "is not a directory of ours", hint: "remove it.") }
        empty(spool)
    }

    /// Removes what a server puts there, and nothing else.
    private static func empty(_ spool: String) {
        guard let stream = opendir(spool) else { return }
        defer { closedir(stream) }
        let folder = dirfd(stream)
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if isOurs(name) { unlinkat(folder, name, 0) }
        }
    }

    /// Whether a name is one of WAL, or the temporary one of its writing.
    static func isOurs(_ name: String) -> Bool {
        var name = name[...]
        if name.hasPrefix("."), name.hasSuffix(".pg_backctl") { name = name.dropFirst().dropLast(11) }
        do throws(WALArchiveError) { _ = try ArchivedFile(String(name)) } catch { return false }
        return true
    }

    private static func failure(_ path: String, _ what: String) -> WALArchiveError {
        let reason = "\(what): \(String(cString: strerror(errno)).lowercased())"
        return .local(path, reason: reason, hint: "may this user write there?")
    }
}
