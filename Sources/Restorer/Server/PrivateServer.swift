// SPDX-License-Identifier: Apache-2.0
public import BackupFormats
public import Diagnostics
import Glibc

/// PostgreSQL on a data directory that was just written: recovers it, serves a socket that nobody else
/// reaches, and is stopped again.
///
/// Settings, access rules and names of users come from files of our own in the scratch directory, and
/// `postgresql.auto.conf` is out of the way meanwhile (settings of the backup can name programs to run and
/// files to write). All it ever runs is `restore_command`. Whatever happens, the process is gone and the
/// settings are back when `recover` returns; after a SIGKILL of ours, `LeftoverServer.stop` and `repair` do
/// it.
public struct PrivateServer: Sendable {
    /// An absolute path, as all paths here.
    public var dataDirectory: String
    /// A directory that the owner may pass through and only we change; what is put there is removed again.
    public var scratch: String
    public var binaries: PostgresBinaries
    public var launcher: Launcher
    public var goal: RecoveryGoal
    /// Where WAL comes from that is not in the backup; nil where there is nothing.
    public var restoreCommand: RestoreCommand?
    /// What `restoreCommand` finds in its environment; everybody who may look at the owner's processes sees
    /// it.
    public var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    /// The WAL of the backup, as its manifest says; empty where that is not known.
    public var ranges: [WALRange] = []
    /// Whether clients must show a password: that of the scripts' user.
    public var needsPassword = false
    /// Whether the server syncs what it writes.
    ///
    /// Off is for callers who sync the whole file system
    /// afterwards, and who write the directory anew when the machine goes down before.
    public var syncs = true
    /// How long nothing at all may happen.
    public var patience = Duration.seconds(600)

    public init(
        dataDirectory: String, scratch: String, binaries: PostgresBinaries, launcher: Launcher,
        goal: RecoveryGoal, restoreCommand: RestoreCommand? = nil
    ) {
        (self.dataDirectory, self.scratch, self.binaries) = (dataDirectory, scratch, binaries)
        (self.launcher, self.goal, self.restoreCommand) = (launcher, goal, restoreCommand)
    }

    /// Recovers to the goal, lets `body` use the server, and stops it.
    ///
    /// Called on a thread that may wait for child processes: not one of those that tasks share.
    ///
    /// What it returns is true of a directory whose pg_control says that it was shut down.
    public func recover<Result>(
        cancellation: Cancellation, onProgress: (RecoveryProgress) -> Void = { _ in },
        body: (ServerConnection) throws(RestoreError) -> Result
    ) throws(RestoreError) -> (outcome: RecoveryOutcome, result: Result) {
        try ServerPresence.refuse(dataDirectory)
        let data = try OwnedFolder(dataDirectory, owner: launcher.owner)
        let scratch = try OwnedFolder(scratch, owner: launcher.owner)
        let socket = try SocketDirectory(in: self.scratch, owner: launcher.owner)
        defer { socket.remove() }
        do throws(RestoreError) {
            try prepare(data)
            let (run, seconds) = try start(data, scratch, socket, cancellation, onProgress)
            let connection = ServerConnection(
                socketDirectory: socket.path, scratch: self.scratch, binaries: binaries, launcher: launcher)
            let result: Result
            do throws(RestoreError) { result = try body(connection) } catch {
                run.end()
                throw error
            }
            try run.stop(cancellation)
            let outcome = try outcome(data, log: run.log, seconds: seconds)
            try clean(data, scratch, keepingNew: true)
            return (outcome, result)
        } catch {
            // What went wrong first is what counts.
            try? clean(data, scratch, keepingNew: false)
            throw error
        }
    }

    /// Brings a data directory back to what it was written as, after a run of this was killed.
    ///
    /// `LeftoverServer.stop` comes first.
    public static func repair(_ dataDirectory: String, owner: ServerOwner) throws(RestoreError) {
        let data = try OwnedFolder(dataDirectory, owner: owner)
        if data.holds(KeptSettings.kept) { try KeptSettings.putBack(in: data, keepingNew: false) }
        for name in leftovers { try data.remove(name) }
    }

    /// What a server leaves in its directory and no backup holds.
    ///
    /// `postmaster.opts` would tell `pg_ctl
    /// restart` to use our settings.
    private static let leftovers = ["postmaster.pid", "postmaster.opts"]
    private static let files = [
        PrivateSettings.file, "pg_backctl-hba.conf", "pg_backctl-ident.conf", "pg_backctl-server.log",
    ]

    func prepare(_ data: borrowing OwnedFolder) throws(RestoreError) {
        for name in Self.leftovers + ["standby.signal", "recovery.done"] { try data.remove(name) }
        try KeptSettings.putAway(in: data)
        try data.write([], to: "recovery.signal")
    }

    private func clean(
        _ data: borrowing OwnedFolder, _ scratch: borrowing OwnedFolder, keepingNew: Bool
    ) throws(RestoreError) {
        try KeptSettings.putBack(in: data, keepingNew: keepingNew)
        for name in Self.leftovers { try data.remove(name) }
        for name in Self.files { try scratch.remove(name) }
    }

    /// Starts the server and waits until it is ready.
    ///
    /// The origin may have raised its limits after the backup had begun. Then recovery ends for want of
    /// them, and pg_control knows the new ones: it goes on with those.
    func start(
        _ data: borrowing OwnedFolder, _ scratch: borrowing OwnedFolder, _ socket: SocketDirectory,
        _ cancellation: Cancellation, _ onProgress: (RecoveryProgress) -> Void
    ) throws(RestoreError) -> (ServerRun, seconds: Double) {
        let began = ContinuousClock.now
        var control = try Self.control(data)
        while true {
            let server = aimed(at: data, control)
            try server.writeSettings(control, socket, scratch)
            let run = try ServerRun(server, control: control)
            do throws(RestoreError) {
                try run.awaitReady(data, cancellation, onProgress)
                return (run, (ContinuousClock.now - began) / .seconds(1))
            } catch {
                run.end()
                let now = try Self.control(data)
                guard case .failed = error, now.limits != control.limits else { throw error }
                control = now
            }
        }
    }

    /// With the goal that PostgreSQL can be asked for.
    private func aimed(at data: borrowing OwnedFolder, _ control: ControlFile) -> PrivateServer {
        // PostgreSQL renames it once recovery has begun.
        let bytes = data.read("backup_label") ?? data.read("backup_label.old")
        let label = bytes.flatMap { try? BackupLabel.parse($0) }
        var server = self
        server.goal = goal.asked(of: label, in: control.clusterState, endingOn: ranges.map(\.timeline))
        return server
    }

    private func writeSettings(
        _ control: ControlFile, _ socket: SocketDirectory, _ scratch: borrowing OwnedFolder
    ) throws(RestoreError) {
        let settings = PrivateSettings(
            major: binaries.major, limits: control.limits, walLevel: control.walLevel,
            recovery: RecoverySettingsText(goal, command: restoreCommand, timelines: ranges.map(\.timeline)),
            socketDirectory: socket.path, scratch: self.scratch, syncs: syncs)
        try scratch.write(Array(try settings.text().utf8), to: PrivateSettings.file)
        let access = PrivateSettings.hostBasedAccess(needsPassword: needsPassword)
        try scratch.write(Array(access.utf8), to: "pg_backctl-hba.conf")
        try scratch.write([], to: "pg_backctl-ident.conf")
    }

    private func outcome(
        _ data: borrowing OwnedFolder, log: RecoveryLog, seconds: Double
    ) throws(RestoreError) -> RecoveryOutcome {
        let control = try Self.control(data)
        guard control.clusterState == .shutDown else {
            throw Self.failure("pg_control says that it was not shut down (state \(control.state))")
        }
        let parent = try Self.parent(of: control.timeline, data)
        return RecoveryOutcome(
            end: parent.end, target: parent.timeline, timeline: control.timeline,
            lastTransaction: log.reach.lastTransaction, seconds: seconds)
    }

    /// The timeline that recovery was told to follow, also where the WAL ended on an earlier one (`recoveryTargetTLI` in
    /// StartupXLOG, src/backend/access/transam/xlog.c).
    private static func parent(
        of timeline: UInt32, _ data: borrowing OwnedFolder
    ) throws(RestoreError) -> TimelineHistory.Branch {
        let bytes = data.read("pg_wal/" + TimelineHistory.name(of: timeline)) ?? []
        do throws(FormatError) {
            let history = try TimelineHistory.parse(bytes, timeline: timeline)
            if let parent = history.branches.last { return parent }
        } catch { throw failure("of timeline \(timeline): \(error.message)") }
        throw failure("timeline \(timeline) has no history")
    }

    private static func failure(_ reason: String) -> RestoreError {
        .failed(
            "stopping the server", reason: reason,
            hint: "did something else end it? look at the system's log, then try again.")
    }

    static func control(_ data: borrowing OwnedFolder) throws(RestoreError) -> ControlFile {
        do throws(FormatError) {
            guard let bytes = data.read("global/pg_control") else {
                throw FormatError.invalidFile(
                    .control, place: "byte 0", expected: "a file", found: "none that can be read")
            }
            return try ControlFile.parse(bytes)
        } catch {
            throw .failed(
                "looking at '\(data.path)'", reason: error.message,
                hint: "is this a data directory of PostgreSQL 12 to 18?")
        }
    }
}

/// How clients reach a private server.
public struct ServerConnection: Sendable {
    public let socketDirectory: String
    let scratch: String
    let binaries: PostgresBinaries
    let launcher: Launcher

    public var port: String { SocketDirectory.port }
}
