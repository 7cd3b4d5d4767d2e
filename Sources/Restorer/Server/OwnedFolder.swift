// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A directory that belongs to the server's owner, written to by us who may be root.
///
/// Whoever owns a directory can put links into it at any time, so everything goes through one descriptor and
/// no name is ever followed.
struct OwnedFolder: ~Copyable {
    private let descriptor: Int32
    let path: String
    private let owner: ServerOwner

    init(_ path: String, owner: ServerOwner) throws(RestoreError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        (self.path, self.owner) = (path, owner)
        guard descriptor >= 0 else { throw Self.failure("opening", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Nil when there is no regular file of that name, or it is larger than `limit` bytes.
    func read(_ name: String, limit: Int = 16 << 20) -> [UInt8]? {
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return SmallFile.read(file, limit: limit)
    }

    func holds(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Makes or replaces a file of mode 0600, at once and durably.
    func write(_ bytes: [UInt8], to name: String) throws(RestoreError) {
        let draft = "\(name).pg_backctl-new"
        try remove(draft)
        let file = openat(descriptor, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("creating", draft) }
        let isWritten = fill(file, bytes)
        let code = errno
        close(file)
        guard isWritten else {
            errno = code
            throw failure("writing", draft)
        }
        try rename(draft, to: name)
    }

    func rename(_ name: String, to other: String) throws(RestoreError) {
        guard renameat(descriptor, name, descriptor, other) == 0, fsync(descriptor) == 0 else {
            throw failure("renaming", name)
        }
    }

    /// Removes a file; it is no failure that there is none.
    func remove(_ name: String) throws(RestoreError) {
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else { throw failure("removing", name) }
    }

    private func fill(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        guard owner.owns(file) else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return fsync(file) == 0
    }

    private func failure(_ action: String, _ name: String) -> RestoreError {
        Self.failure(action, "\(path)/\(name)")
    }

    private static func failure(_ action: String, _ path: String) -> RestoreError {
        .failed(
            "\(action) '\(path)'", reason: SystemErrorText.of(errno),
            hint: "look at the file system: is there room, may this user write there?")
    }
}

enum SystemErrorText {
    static func of(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
