// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Owns one open descriptor, and nothing else: closing happens exactly once, at its end.
///
/// Whatever is opened below a descriptor is opened by one name at a time and never through a symbolic
/// link, so that no link can lead out of the directory, whoever renames things meanwhile.
@safe
public struct FileDescriptor: ~Copyable, Sendable {
    /// What something is opened for.
    public enum Use: Sendable {
        /// To open and look at what is in a directory; needs no right to list it.
        case passage
        /// To read bytes. Never waits for the other end of a pipe, never takes a terminal.
        case bytes
    }

    let number: Int32

    /// Opens the directory at a path, which may lead through symbolic links.
    public init(directory path: String) throws(SystemError) {
        number = unsafe Glibc.open(path, pathOnly | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last }
    }

    /// Opens what stands under one name in a directory; no slash, not `..`.
    public init(_ name: some Sequence<UInt8>, in folder: borrowing FileDescriptor, for use: Use)
        throws(SystemError)
    {
        let flags =
            switch use {
            case .passage: pathOnly | O_DIRECTORY
            case .bytes: O_RDONLY | O_NONBLOCK | O_NOCTTY
            }
        number = unsafe openat(folder.number, cString(name), flags | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw .last }
    }

    /// Opens the file at a path, which may lead through symbolic links, to read its bytes.
    public init(file path: String) throws(SystemError) {
        number = unsafe Glibc.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw .last }
    }

    /// Takes over what a system call gave; a negative number is its failure.
    init(number: Int32) throws(SystemError) {
        guard number >= 0 else { throw .last }
        self.number = number
    }

    /// Takes over what this process was started with, and closes it with this value.
    public init(takingOver number: Int32) throws(SystemError) {
        guard fcntl(number, F_GETFD) >= 0 else { throw .last }
        self.number = number
    }

    deinit { if number >= 0 { close(number) } }

    /// What the system says of what is open, whatever its name leads to by now.
    public func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last }
        return FileStatus(status)
    }

    /// The status of what stands under a name in this directory; of a link, that of the link.
    public func status(of name: some Sequence<UInt8>) throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstatat(number, cString(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last }
        return FileStatus(status)
    }

    /// Tells the kernel what will be done with a part of the file; it is free not to listen.
    public func advise(_ advice: Int32, _ range: Range<UInt64>) {
        // To the system a length of 0 means all the rest.
        guard !range.isEmpty else { return }
        let length = off_t(clamping: range.upperBound - range.lowerBound)
        _ = posix_fadvise(number, off_t(clamping: range.lowerBound), length, advice)
    }

    /// All bytes of a regular file; nil when it is none, or has more than `limit` bytes.
    ///
    /// What the system says of its size is not asked: files of `/proc` have none.
    public func content(limit: Int) throws(SystemError) -> [UInt8]? {
        guard try status().kind == .file else { return nil }
        return try rest(limit: limit)
    }

    /// All bytes that come from here on, of a file, a device or a pipe; nil when there are more than `limit`.
    public func rest(limit: Int) throws(SystemError) -> [UInt8]? {
        let buffer = PageBuffer(size: 16 << 10)
        var content: [UInt8] = []
        while content.count <= limit {
            let count = unsafe Glibc.read(number, buffer.bytes, buffer.size)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last }
            if count == 0 { return content }
            buffer.show(count) { unsafe $0.withUnsafeBytes { unsafe content.append(contentsOf: $0) } }
        }
        return nil
    }

    /// The next bytes of a file, a device or a pipe, as soon as there are any, and at most `limit`; none at its end.
    public func next(limit: Int) throws(SystemError) -> [UInt8] {
        let buffer = PageBuffer(size: limit)
        while true {
            let count = unsafe Glibc.read(number, buffer.bytes, buffer.size)
            if count >= 0 { return buffer.copy(count) }
            guard errno == EINTR else { throw .last }
        }
    }

    /// Reads up to `limit` bytes from `offset` on into the buffer and says how many; 0 at the file's end.
    public func read(at offset: UInt64, limit: Int, into buffer: borrowing PageBuffer) throws(SystemError)
        -> Int
    {
        while true {
            let count = unsafe pread(number, buffer.bytes, min(limit, buffer.size), off_t(clamping: offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last }
        }
    }
}

/// Linux's `O_PATH`, which glibc shows to C programs only: a descriptor to go through, not to read.
private let pathOnly: Int32 = 0o1000_0000

/// Owns memory that starts at a page boundary.
@safe
public struct PageBuffer: ~Copyable {
    /// The size of a page of memory, in bytes.
    public static let page = max(4096, sysconf(Int32(_SC_PAGESIZE)))

    fileprivate let bytes: UnsafeMutableRawPointer
    /// In bytes.
    public let size: Int

    /// With whatever was in that memory before.
    public init(size: Int) {
        self.size = size
        unsafe bytes = .allocate(byteCount: size, alignment: Self.page)
    }

    deinit { unsafe bytes.deallocate() }

    /// Shows the first `count` bytes.
    public func show<E: Error>(_ count: Int, to body: (RawSpan) throws(E) -> Void) throws(E) {
        precondition(count <= size, "more bytes than the buffer holds")
        try body(unsafe RawSpan(_unsafeStart: bytes, byteCount: count))
    }

    /// A copy of the first `count` bytes.
    public func copy(_ count: Int) -> [UInt8] {
        precondition(count <= size, "more bytes than the buffer holds")
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Whether the buffer begins with these bytes.
    public func begins(with bytes: RawSpan) -> Bool {
        precondition(bytes.byteCount <= size, "more bytes than the buffer holds")
        return unsafe bytes.withUnsafeBytes { other in
            guard let start = other.baseAddress else { return true }
            return unsafe memcmp(self.bytes, start, other.count) == 0
        }
    }

    /// Shows the first `count` bytes beside the first `otherCount` of another buffer.
    public func show<E: Error>(
        _ count: Int, beside other: borrowing PageBuffer, _ otherCount: Int,
        to body: (RawSpan, RawSpan) throws(E) -> Void
    ) throws(E) {
        precondition(count <= size && otherCount <= other.size, "more bytes than the buffer holds")
        try body(
            unsafe RawSpan(_unsafeStart: bytes, byteCount: count),
            unsafe RawSpan(_unsafeStart: other.bytes, byteCount: otherCount))
    }
}

/// A name as C wants it; the caller has made sure that it holds no NUL.
func cString(_ name: some Sequence<UInt8>) -> [CChar] {
    name.map { CChar(bitPattern: $0) } + [0]
}
