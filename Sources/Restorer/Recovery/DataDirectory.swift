// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import Glibc
import PrivatePostgres

/// A restored data directory before its first start by its user.
struct DataDirectory {
    /// What ALTER SYSTEM writes, and a restore may replace.
    static let settingsFile = "postgresql.auto.conf"

    let path: String

    init(_ path: String) { self.path = path }

    /// Nothing where there is no such file; its owner may have put links there, which are not followed.
    private func read(_ name: String) throws(RestoreError) -> [UInt8] {
        do throws(SystemError) {
            return try FileDescriptor(folderItselfAt: path).content(of: name) ?? []
        } catch {
            if error.code == ENOENT { return [] }
            throw .failed("reading", "\(path)/\(name)", error)
        }
    }

    /// What `PG_VERSION` says.
    func majorVersion() throws(RestoreError) -> Int {
        let bytes = try read("PG_VERSION")
        do { return try MajorVersion.parse(bytes) } catch {
            throw .failed(
                "restoring", reason: error.message, hint: "is this a backup of a whole data directory?")
        }
    }

    /// What `pg_control` says.
    func control() throws(RestoreError) -> ControlFile {
        let bytes = try read("global/pg_control")
        do { return try ControlFile.parse(bytes) } catch {
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
            let bytes = try read("backup_label")
            let label = try? BackupLabel.parse(bytes)
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
            var kept = before
            if kept == nil { kept = try folder.read(Self.settingsFile) }
            try folder.write(
                try settings.appended(to: Self.withoutTargets(kept ?? []) + Self.noTargets),
                to: Self.settingsFile)
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
