// SPDX-License-Identifier: Apache-2.0
import BackupFormats

extension ServerSession {
    /// What recovery came to, as the directory says once the server was stopped.
    static func outcome(
        _ server: PrivateServer, _ data: borrowing OwnedFolder, log: RecoveryLog, seconds: Double
    ) throws(PrivatePostgresError) -> RecoveryOutcome {
        let control = try data.control()
        guard control.clusterState == .shutDown else {
            throw Self.failure("pg_control says that it was not shut down (state \(control.state))")
        }
        let parent = try Self.parent(of: control.timeline, server, data)
        return RecoveryOutcome(
            end: parent.end, target: parent.timeline, timeline: control.timeline,
            lastTransaction: log.reach.lastTransaction, seconds: seconds)
    }

    /// The timeline that recovery was told to follow, also where the WAL ended on an earlier one (`recoveryTargetTLI` in
    /// StartupXLOG, src/backend/access/transam/xlog.c).
    private static func parent(
        of timeline: UInt32, _ server: PrivateServer, _ data: borrowing OwnedFolder
    ) throws(PrivatePostgresError) -> TimelineHistory.Branch {
        let bytes = try historyFile(of: timeline, server, data) ?? []
        do throws(FormatError) {
            let history = try TimelineHistory.parse(bytes, timeline: timeline)
            if let parent = history.branches.last { return parent }
        } catch { throw failure("of timeline \(timeline): \(error.message)") }
        throw failure("timeline \(timeline) has no history")
    }

    private static func historyFile(
        of timeline: UInt32, _ server: PrivateServer, _ data: borrowing OwnedFolder
    ) throws(PrivatePostgresError) -> [UInt8]? {
        let name = TimelineHistory.name(of: timeline)
        guard let wal = server.walDirectory else { return try data.read("pg_wal/" + name) }
        return try OwnedFolder(wal, owner: server.host.owner).read(name)
    }

    private static func failure(_ reason: String) -> PrivatePostgresError {
        .failed(
            "stopping the server", reason: reason,
            hint: "did something else end it? look at the system's log, then try again.")
    }
}
