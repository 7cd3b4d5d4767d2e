// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Files
import Glibc

/// A directory whose files, at any depth, are the objects of a store.
///
/// The root is opened once and may be reached through symbolic links. Below it no link is followed, but for
/// those of a data directory's tablespaces and WAL, and none leads out of the root (`BackupLink`): links, pipes,
/// sockets and devices are listed with their `oddity` and cannot be read. Directories are not objects. Names
/// need not be UTF-8.
///
/// A root that is there and empty, as a mount point is when its mount was lost, simply holds no objects;
/// saying what that means is the caller's part.
public final class LocalDirectory: ObjectStore {
    /// The path of the root, absolute and without links, when it was opened; escaped as names of objects are.
    public let url: String

    let root: FileDescriptor
    /// Its path, absolute and without links, when it was opened.
    let realRoot: [UInt8]
    let cancellation: Cancellation
    let bufferSize: Int

    /// Opens the directory at `path`, absolute or relative to the working directory.
    ///
    /// Each reading takes one buffer of `bufferSize` bytes (a multiple of the page size), or a smaller one
    /// when its range is shorter. Throws `.noSuchStore` when there is nothing at the path.
    public init(
        _ path: String, cancellation: Cancellation, bufferSize: Int = 1 << 20
    ) throws(ObjectStoreError) {
        precondition(bufferSize > 0, "a buffer must hold something")
        do {
            root = try FileDescriptor(directory: path)
        } catch {
            throw Self.unopened(path, error)
        }
        do { realRoot = try RealPath.of(path.utf8) } catch { throw Self.unopened(path, error) }
        url = ObjectName(bytes: realRoot).description
        self.cancellation = cancellation
        self.bufferSize = bufferSize
    }

    /// By the status of the file, asked for anew; throws `.missing` for a directory, too.
    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        guard !cancellation.isRequested else { throw .interrupted }
        let place = try Place(name, in: self)
        return try object(name, status: status(of: place, name), otherName: place.otherName)
    }

    private static func unopened(_ path: String, _ error: SystemError) -> ObjectStoreError {
        let shown = ObjectName(path).description
        return switch error.code {
        case ENOENT: .noSuchStore(shown)
        case ENOTDIR:
            .unusable(
                "'\(shown)'", reason: "is not a directory", hint: "name the directory that holds the backups."
            )
        default: .failed(shown, error)
        }
    }
}

extension LocalDirectory {
    /// How messages name an object.
    func path(_ name: ObjectName) -> String { url == "/" ? "/\(name)" : "\(url)/\(name)" }

    func status(of place: borrowing Place, _ name: ObjectName) throws(ObjectStoreError) -> FileStatus {
        do {
            return try place.passage.folder.status(of: place.last)
        } catch {
            throw error.isAbsence ? .missing(name) : .failed(path(name), error)
        }
    }

    func object(_ name: ObjectName, status: FileStatus, otherName: ObjectName?) throws(ObjectStoreError)
        -> StoredObject
    {
        var object = StoredObject(name: name, validators: status.validators)
        object.otherName = otherName
        switch status.kind {
        case .file: break
        case .folder: throw .missing(name)
        case .oddity(let words): object.oddity = words
        }
        return object
    }

    static func canBeFileName(_ part: ArraySlice<UInt8>) -> Bool {
        !part.isEmpty && !part.contains(0) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
}

/// An open directory and a name in it: where an object stands or would stand.
struct Place: ~Copyable {
    let passage: Passage
    let last: ArraySlice<UInt8>

    /// Throws `.missing` for a name that no file can have, such as `a//b` or `../x`, as for any other, and for what a
    /// listing does not show.
    init(_ name: ObjectName, in directory: LocalDirectory) throws(ObjectStoreError) {
        let parts = name.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let last = parts.last, parts.allSatisfy(LocalDirectory.canBeFileName) else {
            throw .missing(name)
        }
        do {
            passage = try directory.folder(parts.dropLast(), of: last)
        } catch {
            throw error.isAbsence ? .missing(name) : .failed(directory.path(name), error)
        }
        self.last = last
    }

    /// What it is called where it stands, when the link of a tablespace led there.
    var otherName: ObjectName? { passage.place.map { $0 + ObjectName(bytes: last) } }
}
