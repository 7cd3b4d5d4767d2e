// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// One file of the data directory while its bytes come in.
///
/// Where an earlier run, or an earlier reading, left a file of that name, what comes is compared with it and
/// nothing is written while both are the same. From the first difference on a new file takes its place:
/// nothing is ever written into a file that was there.
struct StagedFile: ~Copyable {
    /// How the file is made, and how one that is there must be to stay.
    struct Attributes {
        var owner: ServerOwner
        var isForGroup: Bool

        var mode: UInt32 { isForGroup ? 0o640 : 0o600 }

        func allow(_ status: FileStatus, size: UInt64) -> Bool {
            status.kind == .file && status.links == 1 && status.validators.size <= size
                && (status.owner, status.group, status.mode) == (owner.user, owner.group, mode)
        }
    }

    /// In bytes; what is compared stays in the processor's cache.
    private static let window = 64 << 10

    private let name: ArraySlice<UInt8>
    private let folder: OpenFolder
    private let attributes: Attributes
    private var left: LeftFile?
    private var new: FileDescriptor?

    /// Makes the file, or opens the one that is there if it may be the same.
    init(
        _ name: ArraySlice<UInt8>, in folder: OpenFolder, size: UInt64, _ attributes: Attributes
    ) throws(SystemError) {
        (self.name, self.folder, self.attributes) = (name, folder, attributes)
        do { new = try make() } catch {
            guard error.code == EEXIST else { throw error }
            left = LeftFile.open(name, in: folder.descriptor, size: size, attributes)
            if left == nil { try replace() }
        }
    }

    /// Opens a file of which `count` bytes were found to be right; that they are there no more is an error.
    init(
        _ name: ArraySlice<UInt8>, in folder: OpenFolder, size: UInt64, _ attributes: Attributes,
        after count: UInt64
    ) throws(SystemError) {
        guard let left = LeftFile.open(name, in: folder.descriptor, size: size, attributes, at: count) else {
            throw SystemError(code: EIO)
        }
        (self.name, self.folder, self.attributes) = (name, folder, attributes)
        self.left = consume left
    }

    /// Ends the file where its bytes ended; says whether all of them were there already.
    consuming func end() throws(SystemError) -> Bool {
        if try left?.isAtEnd() == false { try replace() }
        return new == nil
    }

    mutating func receive(_ bytes: RawSpan) throws(SystemError) {
        let same = left?.same(bytes) ?? 0
        guard same < bytes.byteCount else { return }
        if new == nil { try replace() }
        try new?.write(bytes.extracting(droppingFirst: same))
    }

    /// Puts a new file in the place of what is there, with the bytes that were found to be right.
    private mutating func replace() throws(SystemError) {
        try folder.descriptor.removeTree(name)
        let file = try make()
        try left?.copy(to: file)
        left = nil
        new = consume file
    }

    private func make() throws(SystemError) -> FileDescriptor {
        let file = try FileDescriptor(creating: name, in: folder.descriptor)
        if attributes.isForGroup { try file.setMode(attributes.mode) }
        try attributes.owner.own(file)
        return file
    }

    /// A file that was there, as far as it was found to hold what comes.
    private struct LeftFile: ~Copyable {
        private let file: FileDescriptor
        private let buffer = PageBuffer(size: StagedFile.window)
        private var position: UInt64

        private init(_ file: consuming FileDescriptor, at position: UInt64) {
            self.file = file
            self.position = position
        }

        /// Nil when it cannot stay whatever is in it: it is too long, has another owner or mode, is no file, has
        /// other names beside, or cannot be opened.
        static func open(
            _ name: ArraySlice<UInt8>, in folder: borrowing FileDescriptor, size: UInt64,
            _ attributes: Attributes, at position: UInt64 = 0
        ) -> LeftFile? {
            do throws(SystemError) {
                guard try folder.status(of: name).kind == .file else { return nil }
                let file = try FileDescriptor(name, in: folder, for: .bytes)
                guard attributes.allow(try file.status(), size: size) else { return nil }
                return LeftFile(file, at: position)
            } catch { return nil }
        }

        /// How many of the next bytes it holds, from where the last ones ended.
        ///
        /// Where it cannot be read, on a bad sector, it is taken for different and written anew.
        mutating func same(_ bytes: RawSpan) -> Int {
            var rest = bytes
            while rest.byteCount > 0 {
                let wanted = min(rest.byteCount, buffer.size)
                let count = (try? file.read(at: position, limit: wanted, into: buffer)) ?? 0
                let next = rest.extracting(first: count)
                guard count > 0, buffer.begins(with: next) else { break }
                position += UInt64(count)
                rest = rest.extracting(droppingFirst: count)
            }
            return bytes.byteCount - rest.byteCount
        }

        func isAtEnd() throws(SystemError) -> Bool { try file.status().validators.size == position }

        func copy(to new: borrowing FileDescriptor) throws(SystemError) {
            var done: UInt64 = 0
            while done < position {
                let limit = Int(min(position - done, UInt64(buffer.size)))
                let count = try file.read(at: done, limit: limit, into: buffer)
                guard count > 0 else { throw SystemError(code: EIO) }
                try buffer.show(count) { (bytes) throws(SystemError) in try new.write(bytes) }
                done += UInt64(count)
            }
        }
    }
}
