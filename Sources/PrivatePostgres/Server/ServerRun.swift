// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
import Files
import Glibc

/// One start of a private server: the process, and what its log has said so far.
final class ServerRun {
    private let server: PrivateServer
    private let process: any RunningProgram
    private(set) var log = RecoveryLog()
    private var watch: RecoveryWatch

    init(_ server: PrivateServer, _ socket: SocketDirectory, control: ControlFile)
        throws(PrivatePostgresError)
    {
        self.server = server
        var start = ProgramStart(
            .postgres,
            ["-D", server.dataDirectory, "-c", "config_file=\(server.scratch)/\(PrivateSettings.file)"],
            environment: server.environment.merging(["LC_ALL": "C"]) { _, ours in ours }, directory: "/",
            log: "\(server.scratch)/pg_backctl-server.log")
        start.writable = server.writable + [socket.path]
        start.seen = server.restoreCommand?.opens ?? []
        start.needsNetwork = server.restoreCommand?.needsNetwork == true
        process = try server.host.start(start, reading: nil)
        watch = RecoveryWatch(
            segmentSize: control.walSegmentSize, start: control.redo,
            end: Self.knownEnd(server), patience: server.patience)
    }

    /// The number of the postmaster here; nil before it is ready.
    private(set) var postmaster: Int32?

    /// What ends it at once; may be called by any thread.
    var emergencyEnd: @Sendable () -> Void { process.emergencyEnd }

    /// Where recovery will end, when that can be known before.
    private static func knownEnd(_ server: PrivateServer) -> LogSequenceNumber? {
        switch server.goal.target {
        case .lsn(let position): position
        case .endOfBackup: server.ranges.map(\.end).max()
        case .endOfWAL, .time, .transaction, .name: nil
        }
    }

    /// Returns when recovery has ended where it should and the server takes connections.
    func awaitReady(
        _ data: borrowing OwnedFolder, _ cancellation: Cancellation, _ onProgress: (RecoveryProgress) -> Void
    ) throws(PrivatePostgresError) {
        while true {
            if let status = cancellation.exitStatus { throw .interrupted(status) }
            let ending = process.ending
            readLog()
            if let ending { throw fault(data, ending: ending) }
            let isOver = try isReady(data)
            // However short recovery was, where it came to is told.
            if isOver { readLog() }
            if let progress = watch.look(at: process.signs, log: log, written: process.heard) {
                onProgress(progress)
            }
            if isOver { return try checkStopped(data) }
            if watch.isStalled { throw stalled(data) }
            usleep(100_000)
        }
    }

    /// Stops the server in good order, which writes all it has.
    func stop(_ cancellation: Cancellation) throws(PrivatePostgresError) {
        process.signal(SIGINT)
        let ending = process.wait { !cancellation.isRequested }
        guard let ending else {
            end()
            throw .interrupted(cancellation.exitStatus ?? .interrupted)
        }
        readLog(isLast: true)
        guard ending == .exited(0) else {
            if isKilled(ending) { throw .killed }
            if let shortage = told(ending).ofTheMachine { throw shortage }
            throw .failed(
                "stopping the server", reason: log.fatal ?? "it ended with \(ending)",
                hint: "PostgreSQL's own words say more.")
        }
    }

    /// Whether one of its processes was killed by now, also where it went on by itself.
    func hasLostProcess() -> Bool {
        readLog()
        return log.hasKilled
    }

    /// Ends the server, orderly while there is time, and waits until it is gone with all its processes.
    func end() {
        process.end(
            [EndingSignal(SIGINT, within: .seconds(10)), EndingSignal(SIGQUIT, within: .seconds(5))],
            in: server.dataDirectory)
        readLog(isLast: true)
    }

    private func readLog(isLast: Bool = false) {
        var log = log
        if isLast { process.hearRest { log.receive($0) } } else { process.hear { log.receive($0) } }
        self.log = log
    }

    private func isReady(_ data: borrowing OwnedFolder) throws(PrivatePostgresError) -> Bool {
        guard let file = try data.read(PostmasterFile.name).flatMap({ PostmasterFile($0) }),
            file.status == "ready", let number = process.process(callingItself: file.identifier)
        else { return false }
        postmaster = number
        // Read while it is being written it can look torn; then it is read again.
        let state = try? data.control().clusterState
        return state == .inProduction
    }

    /// PostgreSQL 12 ends recovery at the end of WAL without a word when the target lies behind it.
    private func checkStopped(_ data: borrowing OwnedFolder) throws(PrivatePostgresError) {
        readLog()
        guard !server.isRecovered, server.goal.target != .endOfWAL, !log.hasStopped else { return }
        log.receive("FATAL:  recovery ended before configured recovery target was reached")
        throw fault(data, ending: .exited(0))
    }

    private func fault(_ data: borrowing OwnedFolder, ending: ProgramEnding) -> PrivatePostgresError {
        readLog(isLast: true)
        if case .notStarted(let reason) = ending {
            return .failed(
                "starting PostgreSQL", reason: reason, hint: "may \(server.host.owner) run its programs?")
        }
        if isKilled(ending) { return .killed }
        var fault = told(ending)
        fault.minimumRecoveryPoint = (try? data.control())?.minimumRecoveryPoint
        return fault.error
    }

    private func told(_ ending: ProgramEnding) -> RecoveryFault {
        RecoveryFault(
            goal: server.goal, log: log, ending: "it ended with \(ending)",
            hasArchive: server.restoreCommand != nil, directory: server.dataDirectory)
    }

    private func isKilled(_ ending: ProgramEnding) -> Bool {
        ending == .signalled(SIGKILL) || log.hasKilled
    }

    private func stalled(_ data: borrowing OwnedFolder) -> PrivatePostgresError {
        log.receive("FATAL:  nothing happened for \(server.patience.components.seconds) seconds")
        return fault(data, ending: .exited(0))
    }
}
