// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files
import Glibc
import Threads

/// Serves WAL to the PostgreSQL that a restore has started, over a Unix socket.
///
/// The restoring process holds the credentials; `pg_backctl wal-get --socket`, which PostgreSQL runs as another
/// user, needs none. The next segments are got on threads of its own while PostgreSQL replays the last, and
/// wait as files in a directory beside the socket, bounded in number and bytes. It serves names of WAL and
/// nothing else.
public final class WALServer: Sendable {
    /// How much is got ahead, and what is handed over.
    public struct Options: Sendable {
        /// How many segments are got ahead, and how many bytes; one is, whatever its size.
        public var segmentsAhead = 8
        /// How much may wait to be asked for.
        public var bytesAhead: UInt64 = 256 << 20
        /// How many are got at once.
        public var threads = 3
        /// How often PostgreSQL is told that a file is not in the archive, before it is told nothing more: it asks for what it has
        /// in its own directory, too, but whoever else comes to the socket could ask the store for names without an end.
        public var absencesTold = 20_000
        /// Who PostgreSQL runs as, when that is somebody else: user and group.
        public var owner: (user: UInt32, group: UInt32)?

        /// At most eight segments and 256 MiB ahead, on three threads, for a PostgreSQL that runs as our own user.
        public init() {}
    }

    let archive: WALArchive
    /// Where clients connect to.
    public let socketPath: String
    let spool: String
    /// Both stay open: what is removed was in them, whatever their names lead to by then.
    private let folder: FileDescriptor
    let spoolFolder: FileDescriptor
    let listener: UnixSocket
    let state: Monitor<State>
    private let workers: Workers

    struct State {
        var plan: PrefetchPlan
        var report = WALServerReport()
        var isStopping = false
        var absencesLeft: Int
        /// Of segments that were got and not handed over yet.
        var events: [WALFileName: WALEventLog] = [:]
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
    /// With an owner the directory is opened to their group, so that they can come to the socket, and stays
    /// ours. `stop` must be called.
    public init(
        _ archive: WALArchive, in directory: String, _ options: Options = Options()
    ) throws(WALArchiveError) {
        self.archive = archive
        (socketPath, spool) = ("\(directory)/\(Self.socketName)", "\(directory)/\(Self.spoolName)")
        folder = try Self.open(directory, options)
        spoolFolder = try Self.openSpool(in: folder, spool)
        do throws(UnixSocket.Failure) { listener = try .listening(at: socketPath) } catch {
            throw .server(socketPath, reason: error.reason)
        }
        if let owner = options.owner {
            do { try folder.setOwner(of: Self.socketName.utf8, owner.user, owner.group) } catch {
                throw Self.failure(socketPath, "cannot be given to the user of PostgreSQL", error)
            }
        }
        state = Monitor(
            State(
                plan: PrefetchPlan(segments: options.segmentsAhead, bytes: options.bytesAhead),
                absencesLeft: options.absencesTold))
        workers = Workers()
        try start(options)
    }

    /// Two serve, so that a client that hangs keeps nobody waiting.
    private func start(_ options: Options) throws(WALArchiveError) {
        let serving = (0..<2).compactMap { _ in WorkerThread.start { self.serve() } }
        let getting = (0..<max(0, options.threads)).compactMap { _ in WorkerThread.start { self.getAhead() } }
        workers.keep(serving + getting)
        guard serving.isEmpty else { return }
        stop()
        throw .server(socketPath, reason: "the system has no thread left")
    }

    /// What was served so far.
    public var report: WALServerReport { state.withState { $0.report } }

    /// Ends all threads, removes the socket and what was got ahead; may be called more than once.
    @discardableResult
    public func stop() -> WALServerReport {
        state.withState { $0.isStopping = true }
        workers.join()
        try? folder.remove(Self.socketName.utf8)
        try? Self.empty(spoolFolder)
        try? folder.removeFolderIfEmpty(Self.spoolName.utf8)
        return report
    }

    var isStopping: Bool { state.withState { $0.isStopping } || archive.cancellation.isRequested }

    /// The threads of a server, which are joined once.
    private final class Workers: Sendable {
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
