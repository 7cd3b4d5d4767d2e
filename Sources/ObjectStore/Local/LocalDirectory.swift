// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Files
import Glibc

/// A directory whose files, at any depth, are the objects of a store.
///
/// The root is opened once and may be reached through symbolic links. Below it no link is followed: links,
/// pipes, sockets and devices are listed with their `oddity` and cannot be read. Directories are not
/// objects. Names need not be UTF-8.
///
/// A root that is there and empty, as a mount point is when its mount was lost, simply holds no objects;
/// saying what that means is the caller's part.
public final class LocalDirectory: ObjectStore {
    public let url: String

    let root: FileDescriptor
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
        url = try Self.realPath(path)
        self.cancellation = cancellation
        self.bufferSize = bufferSize
    }

    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        guard !cancellation.isRequested else { throw .interrupted }
        return try object(name, status: status(of: Place(name, in: self), name))
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

    private static func realPath(_ path: String) throws(ObjectStoreError) -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw unopened(path, .last) }
        defer { unsafe free(resolved) }
        let bytes = unsafe UnsafeRawBufferPointer(start: resolved, count: strlen(resolved))
        return unsafe ObjectName(bytes: bytes).description
    }
}

extension LocalDirectory {
    /// How messages name an object.
    func path(_ name: ObjectName) -> String { url == "/" ? "/\(name)" : "\(url)/\(name)" }

    /// Opens the directory that the parts lead to, one after the other.
    func passage(_ parts: ArraySlice<ArraySlice<UInt8>>) throws(SystemError) -> FileDescriptor {
        var folder = try FileDescriptor([UInt8(ascii: ".")], in: root, for: .passage)
        for part in parts { folder = try FileDescriptor(part, in: folder, for: .passage) }
        return folder
    }

    func status(of place: borrowing Place, _ name: ObjectName) throws(ObjectStoreError) -> FileStatus {
        do {
            return try place.folder.status(of: place.last)
        } catch {
            throw error.isAbsence ? .missing(name) : .failed(path(name), error)
        }
    }

    func object(_ name: ObjectName, status: FileStatus) throws(ObjectStoreError) -> StoredObject {
        switch status.kind {
        case .file: StoredObject(name: name, validators: status.validators)
        case .folder: throw .missing(name)
        case .oddity(let words): StoredObject(name: name, validators: status.validators, oddity: words)
        }
    }

    static func canBeFileName(_ part: ArraySlice<UInt8>) -> Bool {
        !part.isEmpty && !part.contains(0) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
}

/// An open directory and a name in it: where an object stands or would stand.
struct Place: ~Copyable {
    let folder: FileDescriptor
    let last: ArraySlice<UInt8>

    /// Throws `.missing` for a name that no file can have, such as `a//b` or `../x`, as for any other.
    init(_ name: ObjectName, in directory: LocalDirectory) throws(ObjectStoreError) {
        let parts = name.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let last = parts.last, parts.allSatisfy(LocalDirectory.canBeFileName) else {
            throw .missing(name)
        }
        do {
            folder = try directory.passage(parts.dropLast())
        } catch {
            throw error.isAbsence ? .missing(name) : .failed(directory.path(name), error)
        }
        self.last = last
    }
}
