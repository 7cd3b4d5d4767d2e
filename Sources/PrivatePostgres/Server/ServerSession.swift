// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics

/// A private server from before its start until after its end, with everything that is to be undone.
///
/// Either `finish` or `abandon` has to be called; then no process is left, and the directory is as it was but for
/// what recovery wrote.
final class ServerSession {
    private let server: PrivateServer
    private let data: OwnedFolder
    private let scratch: OwnedFolder
    private let socket: SocketDirectory
    private let run: ServerRun
    private let watch: LimitWatch?
    private let seconds: Double

    /// Starts the server and returns when it has recovered and takes connections.
    init(
        _ server: PrivateServer, _ cancellation: Cancellation, _ onProgress: (RecoveryProgress) -> Void
    ) throws(PrivatePostgresError) {
        try ServerPresence.refuse(server.dataDirectory)
        let data = try OwnedFolder(server.dataDirectory, owner: server.host.owner)
        let scratch = try OwnedFolder(server.scratch, owner: server.host.owner)
        let socket = try SocketDirectory(in: server.scratch, owner: server.host.owner)
        let watch = server.limits.map { LimitWatch($0, folders: server.writable) }
        do throws(PrivatePostgresError) {
            try server.prepare(data)
            (run, seconds) = try Self.start(
                server, data, scratch, socket, watch, cancellation, onProgress)
        } catch {
            watch?.end()
            // What went wrong first is what counts.
            try? server.clean(data, scratch, keepingNew: false)
            socket.remove()
            throw error
        }
        (self.server, self.socket, self.watch) = (server, socket, watch)
        self.data = data
        self.scratch = scratch
    }

    var connection: ServerConnection {
        ServerConnection(
            socketDirectory: socket.path, scratch: server.scratch, host: server.host,
            process: run.postmaster)
    }

    /// The limit that the server came to; nil where there is none.
    var reachedLimit: ReachedLimit? { watch?.reached }

    /// Whether the answers of a server under limits are worth nothing, for the machine has killed one of its processes.
    ///
    /// It may have gone on by itself. Who was asking then cannot know why it fell silent.
    var isSpoiled: Bool { watch != nil && run.hasLostProcess() }

    /// Stops the server in good order and says what recovery came to.
    func finish(_ cancellation: Cancellation) throws(PrivatePostgresError) -> RecoveryOutcome {
        defer {
            watch?.end()
            socket.remove()
        }
        do throws(PrivatePostgresError) {
            try run.stop(cancellation)
            let outcome = try Self.outcome(server, data, log: run.log, seconds: seconds)
            try server.clean(data, scratch, keepingNew: true)
            return outcome
        } catch {
            try? server.clean(data, scratch, keepingNew: false)
            throw error
        }
    }

    /// Ends the server, whose user failed.
    func abandon() {
        watch?.end()
        run.end()
        try? server.clean(data, scratch, keepingNew: false)
        socket.remove()
    }

    /// Starts the server and waits until it is ready.
    ///
    /// The origin may have raised its limits after the backup had begun. Then recovery ends for want of
    /// them, and pg_control knows the new ones: it goes on with those. Where there is too little memory, it is
    /// asked for less of it.
    private static func start(
        _ server: PrivateServer, _ data: borrowing OwnedFolder, _ scratch: borrowing OwnedFolder,
        _ socket: SocketDirectory, _ watch: LimitWatch?,
        _ cancellation: Cancellation, _ onProgress: (RecoveryProgress) -> Void
    ) throws(PrivatePostgresError) -> (ServerRun, seconds: Double) {
        let began = ContinuousClock.now
        var control = try data.control()
        var isFrugal = false
        while true {
            let aimed = try server.aimed(at: data, control)
            try aimed.writeSettings(control, socket, scratch, isFrugal: isFrugal)
            let run = try ServerRun(aimed, socket, control: control)
            watch?.watch(run.emergencyEnd)
            do throws(PrivatePostgresError) {
                try run.awaitReady(data, cancellation, onProgress)
                return (run, (ContinuousClock.now - began) / .seconds(1))
            } catch {
                run.end()
                if let reached = watch?.reached { throw reached.error }
                if case .machineShort(.memory, _) = error, !isFrugal {
                    isFrugal = true
                    continue
                }
                let now = try data.control()
                guard case .failed = error, now.limits != control.limits else { throw error }
                control = now
            }
        }
    }
}

extension PrivateServer {
    /// With the goal that PostgreSQL can be asked for.
    fileprivate func aimed(
        at data: borrowing OwnedFolder, _ control: ControlFile
    ) throws(PrivatePostgresError) -> PrivateServer {
        // PostgreSQL renames it once recovery has begun.
        var bytes = try data.read("backup_label")
        if bytes == nil { bytes = try data.read("backup_label.old") }
        let label = bytes.flatMap { try? BackupLabel.parse($0) }
        var server = self
        server.goal = goal.asked(of: label, in: control.clusterState, endingOn: ranges.map(\.timeline))
        return server
    }

    fileprivate func writeSettings(
        _ control: ControlFile, _ socket: SocketDirectory, _ scratch: borrowing OwnedFolder, isFrugal: Bool
    ) throws(PrivatePostgresError) {
        var settings = PrivateSettings(
            major: host.major, limits: control.limits, walLevel: control.walLevel,
            segmentSize: control.walSegmentSize,
            recovery: RecoverySettingsText(goal, command: restoreCommand, timelines: ranges.map(\.timeline)),
            socketDirectory: socket.path, scratch: self.scratch, syncs: syncs)
        settings.isFrugal = isFrugal
        try scratch.write(Array(try settings.text().utf8), to: PrivateSettings.file)
        let access = PrivateSettings.hostBasedAccess(needsPassword: needsPassword)
        try scratch.write(Array(access.utf8), to: "pg_backctl-hba.conf")
        try scratch.write([], to: "pg_backctl-ident.conf")
    }
}
