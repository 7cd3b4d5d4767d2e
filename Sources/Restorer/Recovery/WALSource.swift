// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
public import ObjectStore
import PrivatePostgres
import WALArchive

/// Where the private server gets WAL from that is not in the backup: an archive, read by this process.
///
/// What PostgreSQL runs is `wal-get`, as another user and without credentials; it asks us.
public struct WALSource: Sendable {
    /// The archive.
    public var store: any ObjectStore
    /// The full path of this program.
    public var executable: String
    /// Whether beginnings of segments are handed over where WAL ends.
    public var allowsUnfinished: Bool

    /// Nothing is read before recovery asks for it.
    public init(_ store: any ObjectStore, executable: String, allowsUnfinished: Bool = false) {
        (self.store, self.executable) = (store, executable)
        self.allowsUnfinished = allowsUnfinished
    }

    /// Serves the archive while `body` runs, which is told PostgreSQL's restore_command.
    ///
    /// When `body` fails and the archive had failed before, both is told. `directory` is for the socket, and
    /// small enough for its path.
    func serve<Result>(
        _ control: ControlFile, in directory: String, launcher: Launcher, tablespaces: TablespacePolicy,
        cancellation: Cancellation, noted: (String) -> Void,
        _ body: (RestoreCommand) throws(RestoreError) -> Result
    ) throws(RestoreError) -> Result {
        let archive = WALArchive(
            store, systemIdentifier: control.systemIdentifier, segmentSize: control.walSegmentSize,
            allowsUnfinished: allowsUnfinished, tablespaces: tablespaces, cancellation: cancellation)
        let program = try ReachableProgram(executable, in: directory, launcher)
        var options = WALServer.Options()
        if launcher.owner.isOther { options.owner = (launcher.owner.user, launcher.owner.group) }
        let server: WALServer
        do { server = try WALServer(archive, in: directory, options) } catch {
            throw .failed(
                "serving WAL", reason: error.message, hint: error.hints.first ?? "look at the disk.")
        }
        defer {
            server.stop()
            program.remove()
        }
        do {
            let result = try body(server.restoreCommand(executable: program.path))
            for note in server.report.notes { noted(note) }
            return result
        } catch { throw error.blaming(server.report) }
    }

    /// Throws when the archive has WAL behind the place where recovery to the end of all WAL came to its end:
    /// PostgreSQL takes a segment that was lost for the end.
    func requireNoGap(
        after outcome: RecoveryOutcome, _ control: ControlFile, cancellation: Cancellation
    ) throws(RestoreError) {
        let archive = WALArchive(store, cancellation: cancellation)
        let coverage: WALCoverage
        do throws(WALArchiveError) {
            coverage = try archive.coverage(
                behind: outcome.end, to: outcome.target, segmentSize: control.walSegmentSize)
        } catch {
            throw .archiveFailed(
                "looking for later WAL", reason: error.message,
                hint: error.hints.first ?? "is the archive reachable?")
        }
        guard coverage.present > 0 else { return }
        throw .failed(
            "recovery to the end of the WAL",
            reason:
                "it came to \(outcome.end) on its way along timeline \(outcome.target), and the archive has later WAL: a segment between is missing",
            hint: "bring it back; or say with --to-lsn \(outcome.end) that this is as far as you want.")
    }
}
