// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import ObjectStore
import PrivatePostgres
public import WALArchive

/// Why a backup was not restored.
///
/// The place it should have gone to is as it was before.
public enum RestoreError: UserError, Equatable {
    /// Something the restore has to be told: a location, a directory for a tablespace.
    case argumentMissing(String, hint: String)
    /// Arguments that were understood and cannot be honoured together, or here.
    case usage(String, hint: String)
    /// A program that the restore has to run is not there, or is of another version.
    case commandNotFound(String, hint: String)
    /// A file of settings that should replace the backup's is not there.
    case configurationMissing(String)
    /// What was named as a local backup is none.
    case localBackupMissing(String, reason: String)
    /// Writing there could harm what is there.
    case unsafeTarget(String, reason: String, hint: String)
    /// In bytes or inodes, as the words say.
    case noSpace(String, needed: String, available: String)
    /// The backup is known to be damaged, or turned out to be while it was restored.
    case damaged(String, [Finding])
    /// Data and sums changed together since they were first read.
    case tampered(String, reason: String)
    /// Nothing says what the backup's bytes should be, or not all of it is there.
    case notProven(String, reason: String, hint: String)
    /// The store failed; nothing is said about the backup.
    case unreadable(ObjectStoreError)
    /// Not all of it could be read, or two readings saw different bytes; nothing is said about the backup.
    case inconclusive(String, [Finding])
    /// The backup that an incremental one builds on may be one that could not be read; nothing is said about either.
    case parentUnread(String, reason: String, hints: [String])
    /// Another restore to the same place is under way.
    case busy(String, holder: String)
    /// The machine has too little of something else than room: shared memory, semaphores, processes.
    case machineShort(String, hints: [String])
    /// The system did not do what it should with a file of ours, or did not let us; nothing is said about the backup.
    case machineFailed(String, reason: String, hint: String)
    /// A step failed: writing, starting the server, a script.
    case failed(String, reason: String, hint: String)
    /// Recovery is done, and these databases or tablespaces are out of reach; what was written is kept.
    case unreachable([Finding], hints: [String])
    /// Recovery is done, and the cluster is not what it should be; what was written is kept.
    case checksFailed([CheckResult])
    /// Recovery did not come to its target.
    case targetMissed(MissedTargetReport)
    /// WAL makes a tablespace for which nobody has named a place; recovery has stopped before it, and goes on from there.
    case tablespaceUnplaced(UnplacedTablespace)
    /// The archive of WAL could not be read during recovery; nothing is said about the backup.
    case archiveFailed(String, reason: String, hint: String)
    /// This process was asked to stop; what was written so far is kept for the next run.
    case interrupted(ExitStatus)
}

extension RestoreError {
    /// Names the backup, the place or the step; of several findings or checks the first ones.
    public var message: String {
        switch self {
        case .argumentMissing(let what, _): FailureWords.missing(what)
        case .usage(let what, _), .commandNotFound(let what, _), .machineShort(let what, _): what
        case .configurationMissing(let path): "'\(path)' does not exist"
        case .localBackupMissing(let path, let reason): "'\(path)' is no local backup: \(reason)"
        case .unsafeTarget(let path, let reason, _): FailureWords.unsafe(path, reason)
        case .noSpace(let path, let needed, let available):
            FailureWords.noRoom(path, needed: needed, available: available)
        case .damaged(let label, let findings):
            "backup '\(label)' is damaged\(Self.first(of: findings))"
        case .tampered(let label, let reason): "backup '\(label)' was tampered with: \(reason)"
        case .notProven(let label, let reason, _): "backup '\(label)' cannot be proven: \(reason)"
        case .unreadable(let error): error.message
        case .inconclusive(let label, let findings):
            "backup '\(label)' could not be read as a whole\(Self.first(of: findings))"
        case .parentUnread(let label, let reason, _): "backup '\(label)' is incremental: \(reason)"
        case .busy(let path, let holder): "another restore to '\(path)' is under way (\(holder))"
        case .failed(let step, let reason, _), .machineFailed(let step, let reason, _),
            .archiveFailed(let step, let reason, _):
            FailureWords.failed(step, reason)
        case .unreachable(let findings, _): Self.unreachable(findings)
        case .checksFailed(let checks): Self.failed(checks)
        case .targetMissed(let report): report.message
        case .tablespaceUnplaced(let tablespace): "the WAL \(tablespace.words)"
        case .interrupted: FailureWords.interrupted
        }
    }

    /// What to try; for a store that failed, what its own error says.
    public var hints: [String] {
        switch self {
        case .argumentMissing(_, let hint), .usage(_, let hint), .commandNotFound(_, let hint),
            .unsafeTarget(_, _, let hint), .notProven(_, _, let hint), .failed(_, _, let hint),
            .machineFailed(_, _, let hint),
            .archiveFailed(_, _, let hint):
            [hint]
        case .configurationMissing: ["put the file there, or name another one after the option."]
        case .localBackupMissing:
            ["name the folder that holds base.tar or base.tar.gz, or a data directory with PG_VERSION."]
        case .noSpace: [FailureWords.makeRoom]
        case .damaged(let label, _):
            [
                "restore another backup (--backup); `pg_backctl verify` shows which are sound.",
                "only a person can want this one all the same: --accept-damage \(label).",
            ]
        case .checksFailed:
            [
                "what was recovered is kept: the same command asks again, and without --check it is taken as it is.",
                "or restore another backup: --backup LABEL.",
            ]
        case .targetMissed(let report): report.hints
        case .tablespaceUnplaced(let tablespace): Self.hints(for: tablespace)
        case .tampered(let label, _):
            [
                "find out who changed it; `pg_backctl history accept \(ShellWord(BackupPlace.label(ofBackup: label)))` declares that it is right."
            ]
        case .unreadable(let error): error.hints
        case .parentUnread(_, _, let hints), .machineShort(_, let hints), .unreachable(_, let hints): hints
        case .inconclusive: ["look at the network, the disk and the memory, then try again."]
        case .busy: ["wait for it; a restore that was killed is no obstacle."]
        case .interrupted: [FailureWords.goOn]
        }
    }

    /// Steps that failed are 17 and what could not be read mostly 5; every other cause has its own.
    public var exitStatus: ExitStatus {
        switch self {
        case .argumentMissing: .argumentMissing
        case .usage: .usage
        case .commandNotFound: .commandNotFound
        case .configurationMissing: .configurationMissing
        case .localBackupMissing: .localBackupMissing
        case .unsafeTarget: .unsafeOperation
        case .noSpace: .noSpace
        case .damaged: .damaged
        case .tampered: .tampered
        case .notProven: .policyNotMet
        case .unreadable(let error): error.exitStatus
        case .inconclusive, .parentUnread, .archiveFailed: .inconclusive
        case .busy: .busy
        case .machineShort, .machineFailed, .failed, .unreachable, .checksFailed, .targetMissed,
            .tablespaceUnplaced:
            .restoreFailed
        case .interrupted(let status): status
        }
    }

    private static func hints(for tablespace: UnplacedTablespace) -> [String] {
        let point = tablespace.previous.map { "or stop before it: --to-lsn \($0)." }
        guard tablespace.path != nil else {
            return ["--no-start leaves it to PostgreSQL itself."] + [point].compactMap(\.self)
        }
        return [
            "what was written is kept: add --map \(tablespace.identifier)=DIR, an absent or empty directory, to the same command, and it goes on from there;"
        ] + [point].compactMap(\.self)
    }

    /// Each is named, as far as anybody would read.
    private static func unreachable(_ findings: [Finding]) -> String {
        let sample = Sample(findings.map(\.message), most: 20)
        let rest = sample.rest > 0 ? "; and \(sample.rest) more" : ""
        return "recovered, but not whole: " + sample.first.joined(separator: "; ") + rest
    }

    private static func failed(_ checks: [CheckResult]) -> String {
        let sample = Sample(
            checks.map { check in
                let place = check.database.map { " in '\($0)'" } ?? ""
                return "\(check.name)\(place): \(check.words)"
            })
        let rest = sample.rest > 0 ? "; and \(sample.rest) more" : ""
        return "recovered, but not as it should be: " + sample.first.joined(separator: "; ") + rest
    }

    private static func first(of findings: [Finding]) -> String {
        guard let first = findings.first(where: { $0.severity == .error }) ?? findings.first else {
            return ""
        }
        let object = first.object.map { "'\($0)': " } ?? ""
        return ": \(object)\(first.message)" + (findings.count > 1 ? " (and \(findings.count - 1) more)" : "")
    }
}
