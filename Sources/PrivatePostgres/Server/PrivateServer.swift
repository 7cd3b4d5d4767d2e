// SPDX-License-Identifier: Apache-2.0
public import BackupFormats
public import Diagnostics

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
    /// Where its programs run.
    public var host: any PostgresHost
    /// Up to where it recovers.
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
    /// Where it may write besides the data directory: the places of tablespaces.
    public var tablespaces: [String] = []
    /// Where the data directory's `pg_wal` leads; nil where it is a directory of its own.
    public var walDirectory: String?
    /// Whether the server syncs what it writes.
    ///
    /// Off is for callers who sync the whole file system afterwards, and who write the directory anew when the machine goes down before.
    public var syncs = true
    /// Whether recovery is over: the server is only to be asked.
    public var isRecovered = false
    /// How long nothing at all may happen.
    public var patience = Duration.seconds(600)

    /// What it may take of the machine; nil for as much as it likes.
    public var limits: ServerLimits?

    /// Until it is set, the environment has a PATH only, writes are synced, patience is ten minutes, and nothing is limited.
    public init(
        dataDirectory: String, scratch: String, host: any PostgresHost, goal: RecoveryGoal,
        restoreCommand: RestoreCommand? = nil
    ) {
        (self.dataDirectory, self.scratch, self.host) = (dataDirectory, scratch, host)
        (self.goal, self.restoreCommand) = (goal, restoreCommand)
    }

    /// Recovers to the goal, lets `body` use the server, and stops it.
    ///
    /// Called on a thread that may wait for child processes: not one of those that tasks share.
    ///
    /// What it returns is true of a directory whose pg_control says that it was shut down.
    public func recover<Result>(
        cancellation: Cancellation, onProgress: (RecoveryProgress) -> Void = { _ in },
        body: (ServerConnection) throws(PrivatePostgresError) -> Result
    ) throws(PrivatePostgresError) -> (outcome: RecoveryOutcome, result: Result) {
        try recover(cancellation: cancellation, failingAs: { $0 }, onProgress: onProgress, body: body)
    }

    /// The same for a `body` with errors of another kind, which ours are made into by `failure`.
    public func recover<Result, Failure: Error>(
        cancellation: Cancellation, failingAs failure: (PrivatePostgresError) -> Failure,
        onProgress: (RecoveryProgress) -> Void, body: (ServerConnection) throws(Failure) -> Result
    ) throws(Failure) -> (outcome: RecoveryOutcome, result: Result) {
        let session: ServerSession
        do {
            session = try ServerSession(self, cancellation, onProgress)
        } catch { throw failure(error) }
        let result: Result
        do throws(Failure) { result = try body(session.connection) } catch {
            let isSpoiled = session.isSpoiled && cancellation.exitStatus == nil
            session.abandon()
            // Who asked a server that was ended cannot know why it fell silent.
            if let reached = session.reachedLimit { throw failure(reached.error) }
            throw isSpoiled ? failure(.killed) : error
        }
        if let error = session.reachedLimit?.error ?? (session.isSpoiled ? .killed : nil) {
            session.abandon()
            throw failure(error)
        }
        do throws(PrivatePostgresError) { return (try session.finish(cancellation), result) } catch {
            throw failure(error)
        }
    }
}
