// SPDX-License-Identifier: Apache-2.0
import CLinux
public import Glibc

extension FileDescriptor {
    /// Makes a file under a name that must be free, for writing; never through a link.
    public init(
        creating name: some Sequence<UInt8>, in folder: borrowing FileDescriptor, mode: mode_t = 0o600
    )
        throws(SystemError)
    {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        try self.init(number: unsafe openat(folder.number, cString(name), flags, mode))
    }

    /// Opens a file that is there, to read it and to change bytes of it; never through a link.
    public init(changing name: some Sequence<UInt8>, in folder: borrowing FileDescriptor) throws(SystemError)
    {
        let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        try self.init(number: unsafe openat(folder.number, cString(name), flags))
    }

    /// Opens a directory below this one so that it can be listed, changed and synced.
    public init(folder name: some Sequence<UInt8>, in folder: borrowing FileDescriptor) throws(SystemError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        try self.init(number: unsafe openat(folder.number, cString(name), flags))
    }

    /// Opens the directory at a path, which may lead through symbolic links, so that it can be listed, changed
    /// and synced.
    public init(folderAt path: String) throws(SystemError) {
        try self.init(number: unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// Opens the directory at a path whose last name is no link, so that it can be listed, changed and synced.
    public init(folderItselfAt path: String) throws(SystemError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        try self.init(number: unsafe Glibc.open(path, flags))
    }

    /// Opens the directory at a path, after making it and those above it where they are missing.
    public init(makingFolderAt path: String, mode: mode_t = 0o700) throws(SystemError) {
        for end in path.indices.dropFirst().filter({ path[$0] == "/" }) + [path.endIndex] {
            try Self.makeFolder(at: String(path[..<end]), mode)
        }
        try self.init(folderAt: path)
    }

    private static func makeFolder(at path: String, _ mode: mode_t) throws(SystemError) {
        // What is there is not made again: where nothing may be written even that is refused.
        do throws(SystemError) { _ = try FileDescriptor(directory: path) } catch {
            guard error.code == ENOENT else { throw error }
            guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else { throw .last }
        }
    }

    /// Writes all of the bytes at the position where the last ones ended.
    public func write(_ bytes: RawSpan) throws(SystemError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw .last }
            } else {
                rest = rest.extracting(droppingFirst: count)
            }
        }
    }

    /// Writes all of the bytes at the position where the last ones ended.
    public func write(_ bytes: [UInt8]) throws(SystemError) { try write(unsafe bytes.span.bytes) }

    /// Writes all of the bytes from `offset` on, wherever the file is written at otherwise.
    public func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
        var rest = bytes[...]
        var position = off_t(clamping: offset)
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe pwrite(number, $0.baseAddress, $0.count, position)
            }
            if count < 0 {
                guard errno == EINTR else { throw .last }
            } else {
                (rest, position) = (rest.dropFirst(count), position + off_t(count))
            }
        }
    }

    /// The bytes of a range, fewer where the file ends before.
    public func bytes(in range: Range<UInt64>) throws(SystemError) -> [UInt8] {
        let buffer = PageBuffer(size: 8 << 10)
        var bytes: [UInt8] = []
        while bytes.count < range.count {
            let count = try read(
                at: range.lowerBound + UInt64(bytes.count), limit: range.count - bytes.count, into: buffer)
            if count == 0 { break }
            buffer.show(count) { unsafe $0.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
        }
        return bytes
    }

    /// Makes the file empty, to be written from its start.
    public func clear() throws(SystemError) { try cut(to: 0) }

    /// Leaves so many bytes of the file, to be written on from there.
    public func cut(to size: UInt64) throws(SystemError) {
        let end = off_t(clamping: size)
        try Self.check(ftruncate(number, end))
        guard lseek(number, end, SEEK_SET) == end else { throw .last }
    }

    /// Takes room for so many bytes from the file's start, so that they can be written when the disk is full; its size stays.
    ///
    /// Does nothing where the file system cannot.
    public func reserve(_ size: UInt64) { _ = pgb_reserve(number, Int64(clamping: size)) }

    /// Sets the permission bits, whatever the umask is.
    public func setMode(_ mode: mode_t) throws(SystemError) { try Self.check(fchmod(number, mode)) }

    /// Gives it to a user and a group; only root may.
    public func setOwner(_ user: uid_t, _ group: gid_t) throws(SystemError) {
        try Self.check(fchown(number, user, group))
    }

    /// Returns when the file's, or the directory's, content survives a power failure.
    public func sync() throws(SystemError) { try Self.check(fsync(number)) }

    /// Returns when everything on the file system survives a power failure: cheaper than a sync per file.
    public func syncFileSystem() throws(SystemError) { try Self.check(pgb_syncfs(number)) }

    /// What kind of file system this is on, by the numbers of statfs(2).
    public func fileSystemType() throws(SystemError) -> UInt32 {
        let type = pgb_file_system_type(number)
        guard type >= 0 else { throw .last }
        return UInt32(truncatingIfNeeded: type)
    }

    // MARK: What stands in a directory

    /// Makes a directory below this one, its mode cut by the umask; the name must be free.
    public func makeFolder(_ name: some Sequence<UInt8>, mode: mode_t = 0o700) throws(SystemError) {
        try Self.check(unsafe mkdirat(number, cString(name), mode))
    }

    /// Makes a symbolic link below this directory; the name must be free.
    public func makeLink(_ name: some Sequence<UInt8>, to target: String) throws(SystemError) {
        try Self.check(unsafe symlinkat(target, number, cString(name)))
    }

    /// Gives something in this directory away; of a link, the link itself.
    public func setOwner(of name: some Sequence<UInt8>, _ user: uid_t, _ group: gid_t) throws(SystemError) {
        try Self.check(unsafe fchownat(number, cString(name), user, group, AT_SYMLINK_NOFOLLOW))
    }

    /// Gives something another name, in this directory or another one of the same file system.
    ///
    /// What had that name is replaced if it is of the same kind and, a directory, empty.
    public func rename(
        _ name: some Sequence<UInt8>, to newName: some Sequence<UInt8>, in folder: borrowing FileDescriptor
    ) throws(SystemError) {
        try Self.check(unsafe renameat(number, cString(name), folder.number, cString(newName)))
    }

    /// The names in this directory, sorted by their bytes.
    public func names() throws(SystemError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var stream = try DirectoryStream(self)
        while let name = try stream.next() { names.append(name) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func check(_ status: Int32) throws(SystemError) {
        guard status == 0 else { throw .last }
    }
}
