// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics
public import Files
import Glibc

/// Why a private server, or a program of PostgreSQL's, did not do what it was started for.
///
/// Nothing outside of the data directory and the scratch directory was touched.
public enum PrivatePostgresError: UserError, Equatable {
    /// Something that has to be told and was not.
    case argumentMissing(String, hint: String)
    /// Arguments that cannot be honoured, or not here.
    case usage(String, hint: String)
    /// A program that has to be run is not there, or is of another version.
    case commandNotFound(String, hint: String)
    /// Somebody else is at work on the data directory.
    case unsafeDirectory(String, reason: String, hint: String)
    /// In bytes or inodes, as the words say.
    case noSpace(String, needed: String, available: String)
    /// The machine has too little of something else than room; `words` are PostgreSQL's own.
    case machineShort(MachineShortage, words: String)
    /// Somebody killed the server or a part of it: the kernel, when memory is short.
    case killed
    /// The system did not do what it should with a file of ours, or did not let us; nothing is said about what is in it.
    case machineFailed(String, reason: String, hint: String)
    /// A step failed: starting the server, recovering, stopping it, a file of its.
    case failed(String, reason: String, hint: String)
    /// Recovery did not come to its target; nothing is wrong with the files that it began with.
    case targetMissed(MissedTarget)
    /// This process was asked to stop.
    case interrupted(ExitStatus)
}

extension PrivatePostgresError {
    /// Where PostgreSQL's own words are known, they stand in brackets.
    public var message: String {
        switch self {
        case .argumentMissing(let what, _): FailureWords.missing(what)
        case .usage(let what, _), .commandNotFound(let what, _): what
        case .unsafeDirectory(let path, let reason, _): FailureWords.unsafe(path, reason)
        case .noSpace(let path, let needed, let available):
            FailureWords.noRoom(path, needed: needed, available: available)
        case .machineShort(let shortage, let words):
            "starting PostgreSQL failed: \(shortage.summary) (PostgreSQL: \(words))"
        case .killed: "the server was killed (signal 9)"
        case .failed(let step, let reason, _), .machineFailed(let step, let reason, _):
            FailureWords.failed(step, reason)
        case .targetMissed(let missed): FailureWords.failed(missed.step, missed.reason())
        case .interrupted: FailureWords.interrupted
        }
    }

    /// One at least, and two where the machine fell short of something.
    public var hints: [String] {
        switch self {
        case .argumentMissing(_, let hint), .usage(_, let hint), .commandNotFound(_, let hint),
            .unsafeDirectory(_, _, let hint), .failed(_, _, let hint), .machineFailed(_, _, let hint):
            [hint]
        case .targetMissed(let missed): [missed.hint]
        case .noSpace: [FailureWords.makeRoom]
        case .machineShort(let shortage, _): ["\(shortage.remedy).", Self.goesOn]
        case .killed:
            [
                "was memory short? `dmesg` tells, or `docker events` of a container: give it more, or try with --jobs 1."
            ]
        case .interrupted: [FailureWords.goOn]
        }
    }

    /// 17 for all that fails in the server or the machine; arguments, programs, the place and its room have their own.
    public var exitStatus: ExitStatus {
        switch self {
        case .argumentMissing: .argumentMissing
        case .usage: .usage
        case .commandNotFound: .commandNotFound
        case .unsafeDirectory: .unsafeOperation
        case .noSpace: .noSpace
        case .machineShort, .killed, .machineFailed, .failed, .targetMissed: .restoreFailed
        case .interrupted(let status): status
        }
    }

    /// Nothing is wrong with the files, so they are there for the next run.
    private static let goesOn = "what was written is kept: the same command goes on with it."

    /// What a failed system call on a path of the server's means, or of a restore's; nothing is said about the backup.
    ///
    /// `step` is what was being done, such as `writing`.
    public static func failed(_ step: String, _ path: String, _ error: SystemError) -> PrivatePostgresError {
        let shown = ObjectName(path).description
        switch error.code {
        case ENOSPC, EDQUOT: return .noSpace(shown, needed: "more", available: error.text)
        case EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, ELOOP:
            return .unsafeDirectory(
                shown, reason: "something else stands in the way there (\(step): \(error.text))",
                hint: "look at it and move it away, then run the same command again.")
        case EACCES, EPERM, EROFS:
            return .machineFailed(
                "\(step) '\(shown)'", reason: error.text,
                hint: "may this user write there, and is it mounted rw?")
        case EIO:
            return .machineFailed(
                "\(step) '\(shown)'", reason: error.text,
                hint:
                    "look at the system's log for the disk; --restart reads everything from the backup anew.")
        case ENOMEM, EMFILE, ENFILE, ENODEV, ENXIO, ESTALE, ETIMEDOUT:
            return .machineFailed(
                "\(step) '\(shown)'", reason: error.text,
                hint: "is the machine short of memory or open files, or the file system gone?")
        default:
            return .failed(
                "\(step) '\(shown)'", reason: error.text, hint: "look at the system's log for the disk.")
        }
    }
}
