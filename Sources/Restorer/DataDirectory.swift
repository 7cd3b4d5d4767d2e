// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// A restored data directory before its first start by its user.
struct DataDirectory {
    private let path: String

    init(_ path: String) { self.path = path }

    /// What `PG_VERSION` says.
    func majorVersion() throws(RestoreError) -> Int {
        let bytes = SmallFile.read("\(path)/PG_VERSION") ?? []
        do { return try MajorVersion.parse(bytes) } catch {
            throw .failed(
                "restoring", reason: error.message, hint: "is this a backup of a whole data directory?")
        }
    }

    /// What `pg_control` says.
    func control() throws(RestoreError) -> ControlFile {
        let bytes = SmallFile.read("\(path)/global/pg_control") ?? []
        do { return try ControlFile.parse(bytes) } catch {
            throw .failed(
                "restoring", reason: error.message, hint: "is this a backup of PostgreSQL 12 to 18?")
        }
    }

    /// Puts in what makes the first start recover, or follow a primary.
    ///
    /// Signal files of the backup go: `pg_basebackup -R` leaves one that would make a standby of it.
    func prepareFirstStart(_ request: RestoreRequest, timelines: [UInt32]) throws(RestoreError) {
        let folder = try OwnedFolder(path, owner: request.owner)
        for name in ["standby.signal", "recovery.signal"] { try folder.remove(name) }
        let settings: RecoverySettingsText
        let signal: String
        switch request.outcome {
        case .recovered: return
        case .recoveredAtFirstStart:
            settings = RecoverySettingsText(
                request.goal, command: request.permanentCommand, timelines: timelines)
            signal = "recovery.signal"
        case .standby(let primary, let slot):
            settings = RecoverySettingsText(standbyOf: primary, slot: slot, command: request.permanentCommand)
            signal = "standby.signal"
        }
        let name = "postgresql.auto.conf"
        let before = try request.settingsFile.map { (path) throws(RestoreError) in try UserFiles.read(path) }
        try folder.write(try settings.appended(to: before ?? folder.read(name) ?? []), to: name)
        try folder.write([], to: signal)
    }
}

/// Whether a private server that was stopped in the middle can be started again on the same files.
enum RecoveryResumption {
    /// True until it was promoted.
    ///
    /// Recovery goes on from its last restart point. After that, the goal lies
    /// behind it, and nobody knows what was still to be done.
    static func isPossible(in data: String) -> Bool {
        if SmallFile.read("\(data)/backup_label") != nil { return true }
        guard let bytes = SmallFile.read("\(data)/global/pg_control"),
            let control = try? ControlFile.parse(bytes)
        else { return false }
        return control.clusterState == .inArchiveRecovery || control.clusterState == .shutDownInRecovery
    }
}
