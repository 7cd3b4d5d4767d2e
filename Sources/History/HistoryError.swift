// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Evidence

/// Why the history could not be read or written, or would not do what it was asked.
public enum HistoryError: UserError, Equatable {
    case newerSchema(path: String, found: Int, known: Int)
    /// A SQLite file, but some other program's.
    case foreign(path: String)
    /// Something in the file works on rows by itself, and no version of this program has put it there like this.
    case foreignRule(path: String, name: String)
    /// Not to be opened or written: permissions, a read-only or full disk, an I/O error.
    case unusable(path: String, reason: String)
    /// The file, its -wal or its -shm was removed or replaced while it was open.
    case vanished(path: String)
    /// Damage that showed only while the history was in use.
    case corrupt(path: String, reason: String)
    /// Another program kept the file locked for longer than we wait.
    case locked(path: String)
    /// A living process is verifying the backup.
    case busy(BackupPlace, LockHolder)
    case noSuchRun(Int64)
    case noSuchRestore(Int64)
    case noSuchTrial(Int64)
    case noSuchSweep(Int64)
    /// A leaf was to be made of a record that is not there.
    case noSuchRecord(LeafKind, Int64)
    /// Another process has given the key up meanwhile.
    case keyGivenUp
    /// A record is not what was hashed when it was written.
    case changedRecord(LeafKind, Int64)
    /// Rows of something that has only begun, which nobody but us should have written.
    case foreseen(String, Int64)
    /// No finding has that number.
    case unknownFinding(Int64)
    /// A finding that a verification no longer sees.
    case findingIsOver(Int64)
    case emptyReason
    case unknownLabel(String)
    case ambiguousLabel(String, places: [String])
    case notTampered(BackupPlace, Verdict?)
    case alreadyAccepted(BackupPlace)

    /// Names the file, the number or the backup that it is about.
    public var message: String {
        switch self {
        case .newerSchema(let path, let found, let known):
            "history '\(path)' has schema version \(found), but this program knows versions 0 to \(known)"
        case .foreign(let path): "'\(path)' is not a history of this program"
        case .foreignRule(let path, let name):
            "history '\(path)' was changed: '\(name)' in its schema is not as this program makes it, so what it would record cannot be trusted"
        case .unusable(let path, let reason): "history '\(path)' cannot be used: \(reason)"
        case .vanished(let path): "'\(path)' was removed or replaced while the history was open"
        case .corrupt(let path, let reason): "history '\(path)' is corrupt: \(reason)"
        case .locked(let path): "history '\(path)' stayed locked by another program"
        case .busy(let place, let holder): "backup '\(place)' is being verified by \(holder)"
        case .noSuchRun(let run): "run \(run) is not in the history, or has ended"
        case .noSuchRestore(let restore): "restore \(restore) is not in the history, or has ended"
        case .noSuchTrial(let trial): "trial \(trial) is not in the history, or has ended"
        case .noSuchSweep(let sweep): "sweep \(sweep) is not in the history, or has ended"
        case .noSuchRecord(let kind, let row): "\(kind.rawValue) \(row) is not in the history"
        case .keyGivenUp: "the key was given up by another process"
        case .changedRecord(let kind, let row):
            "\(kind.rawValue) \(row) is not what was hashed when it was written"
        case .foreseen(let what, let number):
            "the history has rows of \(what) \(number), which begins only now: somebody has written into it"
        case .unknownFinding(let number): "finding \(number) is not in the history"
        case .findingIsOver(let number):
            "finding \(number) is over: a later verification did not see it any more"
        case .emptyReason: "the reason is empty"
        case .unknownLabel(let label): "no backup '\(label)' in the history"
        case .ambiguousLabel(let label, let places):
            "\(places.count) backups are labelled '\(label)': "
                + places.map { "'\($0)'" }.joined(separator: ", ")
        case .notTampered(let place, let verdict):
            "backup '\(place)' is not tampered: its newest verdict is \(verdict?.rawValue ?? "missing")"
        case .alreadyAccepted(let place): "what backup '\(place)' holds has been accepted already"
        }
    }

    /// What to do, and how to do without a history where that itself is the trouble; none for a number that is not there.
    public var hints: [String] {
        switch self {
        case .newerSchema: ["use the newer program, or name another file with --history.", Self.without]
        case .foreign: ["name another file with --history.", Self.without]
        case .foreignRule:
            ["find out who did that; put back a copy (`history copy`), or begin a new one: --history FILE."]
        case .unusable:
            [
                "is the directory there, may this user read and write it, and is there room? --history names another file.",
                Self.without,
            ]
        case .vanished, .locked: [Self.without]
        case .noSuchRun, .noSuchRestore, .noSuchTrial, .noSuchSweep, .noSuchRecord: []
        case .corrupt: ["the next run moves it aside and starts a new one.", Self.without]
        case .busy: ["wait for it to end, or stop it."]
        case .emptyReason: ["say why; it is kept in the history."]
        case .keyGivenUp: ["`pg_backctl audit keys` shows the one that signs now."]
        case .changedRecord, .foreseen: ["`pg_backctl audit verify` names all that contradicts."]
        case .unknownFinding: ["`history findings` shows the numbers."]
        case .findingIsOver: ["`history note` still takes words on it."]
        case .unknownLabel: ["`history backups` shows the labels."]
        case .ambiguousLabel(_, let places): ["name the place too: --place '\(places.first ?? "")'."]
        case .notTampered: ["only a tampered backup needs acceptance."]
        case .alreadyAccepted: ["verify it again."]
        }
    }

    /// 5 where the history fails, 8 while a living process verifies, 9, 12 or 14 for what was asked: no verdict on a backup.
    public var exitStatus: ExitStatus {
        switch self {
        case .newerSchema, .foreign, .unusable, .vanished, .corrupt, .locked, .noSuchRun, .noSuchRestore,
            .noSuchTrial, .noSuchSweep, .noSuchRecord:
            .inconclusive
        case .busy, .keyGivenUp: .busy
        case .changedRecord, .foreignRule, .foreseen: .tampered
        case .emptyReason: .argumentMissing
        case .unknownLabel, .unknownFinding: .nothingThere
        case .findingIsOver, .ambiguousLabel, .notTampered, .alreadyAccepted: .usage
        }
    }

    /// Some commands need none; it is said to all, and true for each.
    private static let without =
        "verify, restore and trial can do without: with --no-history they compare nothing with the past."
}
