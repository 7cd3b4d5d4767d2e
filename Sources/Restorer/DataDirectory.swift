// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import PrivatePostgres

/// A restored data directory before its first start by its user.
struct DataDirectory {
    /// What ALTER SYSTEM writes, and a restore may replace.
    static let settingsFile = "postgresql.auto.conf"

    private let path: String

    init(_ path: String) { self.path = path }

    /// Nothing where it cannot be read; its owner may have put links there, which are not followed.
    private func read(_ name: String) -> [UInt8] {
        guard let folder = try? FileDescriptor(folderItselfAt: path) else { return [] }
        return ((try? folder.content(of: name)) ?? nil) ?? []
    }

    /// What `PG_VERSION` says.
    func majorVersion() throws(RestoreError) -> Int {
        do { return try MajorVersion.parse(read("PG_VERSION")) } catch {
            throw .failed(
                "restoring", reason: error.message, hint: "is this a backup of a whole data directory?")
        }
    }

    /// What `pg_control` says.
    func control() throws(RestoreError) -> ControlFile {
        do { return try ControlFile.parse(read("global/pg_control")) } catch {
            throw .failed(
                "restoring", reason: error.message, hint: "is this a backup of PostgreSQL 12 to 18?")
        }
    }

    /// Puts in what makes the first start recover, or follow a primary.
    ///
    /// Signal files of the backup go: `pg_basebackup -R` leaves one that would make a standby of it.
    func prepareFirstStart(
        _ request: RestoreRequest, to goal: RecoveryGoal, timelines: [UInt32]
    ) throws(RestoreError) {
        let settings: RecoverySettingsText
        let signal: String
        switch request.outcome {
        case .recovered: return
        case .recoveredAtFirstStart:
            let label = try? BackupLabel.parse(read("backup_label"))
            let asked = try goal.asked(of: label, in: control().clusterState, endingOn: timelines)
            settings = RecoverySettingsText(asked, command: request.permanentCommand, timelines: timelines)
            signal = "recovery.signal"
        case .standby(let primary, let slot):
            settings = RecoverySettingsText(standbyOf: primary, slot: slot, command: request.permanentCommand)
            signal = "standby.signal"
        }
        let before = try request.settingsFile.map { (path) throws(RestoreError) in try UserFiles.read(path) }
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(path, owner: request.owner)
            for name in ["standby.signal", "recovery.signal"] { try folder.remove(name) }
            let kept = Self.withoutTargets(before ?? folder.read(Self.settingsFile) ?? [])
            try folder.write(try settings.appended(to: kept + Self.noTargets), to: Self.settingsFile)
            try folder.write([], to: signal)
        }
    }
}

extension DataDirectory {
    private static let targets = ["", "_time", "_lsn", "_xid", "_name"].map { "recovery_target" + $0 }

    /// The settings without goals of an earlier recovery, which PostgreSQL would take for ours or refuse beside it.
    static func withoutTargets(_ settings: [UInt8]) -> [UInt8] {
        let lines = settings.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let others = lines.filter { line in
            let text = String(decoding: line, as: UTF8.self).lowercased()
            return !text.drop { $0 == " " || $0 == "\t" }.hasPrefix("recovery_target")
        }
        return Array(others.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Undoes those of `postgresql.conf`; before ours, since undoing one would undo any.
    static var noTargets: [UInt8] {
        let lines = targets.map { "\($0) = ''\n" }
        return Array(("\n# goals of earlier recoveries are void\n" + lines.joined()).utf8)
    }
}
