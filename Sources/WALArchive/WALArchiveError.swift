// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Files
import Glibc
public import ObjectStore

/// Why a file of WAL was not handed over.
///
/// PostgreSQL takes every exit status up to 125 as "the WAL ends here" and may promote; so only a file that
/// surely is not in the archive has one of those, and everything else stops recovery.
public enum WALArchiveError: UserError, Equatable {
    /// It is not in the archive; what is there of it is a segment that was never finished.
    case absent(String, unfinished: ObjectName?)
    /// No name that PostgreSQL gives its files.
    case invalidName(String)
    /// The archive holds it in a form that cannot be read here.
    case unknownFormat(String, found: ObjectName)
    /// Nothing in this place looks like WAL.
    case noWAL(String)
    /// What the archive holds is not what PostgreSQL wrote.
    case damaged(ObjectName, place: String, expected: String, found: String, hint: String)
    /// The archive holds two copies of it that are both sound and not the same.
    case differing(String, ObjectName, ObjectName)
    /// The store failed; nothing is said about the WAL.
    case store(ObjectStoreError)
    /// The file could not be written, or what should be read here could not.
    case local(String, reason: String, hint: String)
    /// There is no room for it here.
    case noRoom(String, reason: String)
    /// The process that serves WAL did not answer as it should.
    case server(String, reason: String)
    /// It makes a tablespace for which there is no place.
    case unplaced(UnplacedTablespace, ObjectName)
    /// What else can go wrong before the archive is looked at: a setting, a credential, an argument.
    case unprepared(String, hints: [String])
    /// This process was asked to stop.
    case interrupted(ExitStatus)
}

extension WALArchiveError {
    /// What kept the archive from being reached at all: nothing is said about the file that was asked for.
    public init(_ error: any UserError) {
        self =
            switch error {
            case let error as WALArchiveError: error
            case let error as ObjectStoreError: .store(error)
            default: .unprepared(error.message, hints: error.hints)
            }
    }

    /// Why a file could not be written here; `path` as it is to be shown.
    static func failed(_ what: String, _ path: String, _ error: SystemError, hint: String) -> WALArchiveError
    {
        let reason = "\(what): \(error.text)"
        return error.code == ENOSPC || error.code == EDQUOT
            ? .noRoom(path, reason: reason) : .local(path, reason: reason, hint: hint)
    }

    /// Names the file that was asked for, or the object of the archive.
    public var message: String {
        switch self {
        case .absent(let name, nil): "'\(name)' is not in the archive"
        case .absent(let name, let unfinished?):
            "'\(name)' is not in the archive as a whole, only the unfinished '\(unfinished)'"
        case .invalidName(let name): "'\(ObjectName(name))' is no name of a file of WAL"
        case .unknownFormat(let name, let found):
            "'\(name)' is in the archive as '\(found)', which cannot be read here"
        case .noWAL(let location): "there is no WAL at all in '\(location)'"
        case .damaged(let object, let place, let expected, let found, _):
            "'\(object)' is damaged at \(place): expected \(expected), found \(found)"
        case .differing(let name, let one, let other):
            "'\(name)' is in the archive twice, and '\(one)' and '\(other)' do not hold the same bytes"
        case .store(let error): error.message
        case .local(let path, let reason, _), .noRoom(let path, let reason): "'\(path)': \(reason)"
        case .server(let path, let reason): "the WAL server at '\(path)': \(reason)"
        case .unplaced(let tablespace, let object): "'\(object)' \(tablespace.words)"
        case .unprepared(let message, _): message
        case .interrupted: "interrupted"
        }
    }

    /// None for a file that simply is not there, and for an interruption.
    public var hints: [String] {
        switch self {
        case .absent(_, nil), .interrupted: []
        case .absent:
            ["WAL may go on in it: --allow-unfinished recovers what is there."]
        case .invalidName: ["restore_command passes it as %f: a segment, NNNNNNNN.history or a .backup file."]
        case .unknownFormat: ["plain files, gzip, zstd, lz4 and bzip2 are read; was it encrypted?"]
        case .noWAL: ["is the location right? is the file system mounted?"]
        case .differing:
            [
                "did two servers archive to the same place? keep the copy of the one that the backup is of, and move the other away."
            ]
        case .damaged(_, _, _, _, let hint), .local(_, _, let hint): [hint]
        case .noRoom: ["free some room there."]
        case .store(let error): error.hints
        case .server: ["the restore that started PostgreSQL serves WAL as long as it runs: is it there?"]
        case .unplaced(let tablespace, _): [tablespace.hint]
        case .unprepared(_, let hints): hints
        }
    }

    /// 9 only for a file that surely is not there, else 126, at which PostgreSQL ends recovery, or that of the signal.
    public var exitStatus: ExitStatus {
        switch self {
        case .absent: .nothingThere
        case .interrupted(let status): status
        default: .walUnreadable
        }
    }

    /// Whether it tells of one file of the archive, and others may be read all the same.
    var isAboutOneFile: Bool {
        switch self {
        case .damaged, .differing, .unknownFormat, .store(.coldStorage): true
        default: false
        }
    }

    /// Whether it is not there, or only a beginning of it is.
    var isAbsence: Bool {
        if case .absent = self { true } else { false }
    }

    /// Whether another reading, or another copy, could be sound.
    public var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }
}

extension UnplacedTablespace {
    /// What WAL does, after the name of where it stands.
    public var words: String {
        guard let path else {
            return
                "makes or drops a tablespace at \(position), by a record that goes over the end of the segment"
        }
        return "makes tablespace \(identifier) in '\(path)' at \(position), and no place is named for it"
    }

    var hint: String {
        path == nil
            ? "recover to a point before \(position), or by PostgreSQL itself on a machine without the origin's directories."
            : "name one: --map \(identifier)=DIR for `restore`, --tablespaces for `wal-get`."
    }
}
