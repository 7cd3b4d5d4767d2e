// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc

/// A file that is written beside its place and takes it, whole and synced, or leaves nothing behind.
///
/// What a killed process left under the temporary name is replaced.
final class PendingFile {
    private let path: String
    private let folder: Int32
    private let name: String
    private let temporary: String
    private var file: Int32 = -1
    private var isPublished = false

    /// `path` is absolute or relative to the working directory.
    init(for path: String) throws(WALArchiveError) {
        let name = ObjectName(path).lastComponent
        guard !name.isEmpty, name != ".", name != "..", !name.bytes.contains(0), let text = name.utf8Text
        else {
            throw .local(ObjectName(path).description, reason: "is no name for a file", hint: Self.hint)
        }
        self.path = ObjectName(path).description
        (self.name, temporary) = (text, ".\(text).pg_backctl")
        let parent = ObjectName(path).folder.utf8Text ?? ""
        folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure(self.path, "the directory cannot be opened", errno) }
        unlinkat(folder, temporary, 0)
        file = openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written") }
    }

    deinit {
        if file >= 0 {
            if !isPublished { unlinkat(folder, temporary, 0) }
            close(file)
        }
        if folder >= 0 { close(folder) }
    }

    func write(_ bytes: RawSpan) throws(WALArchiveError) {
        var rest = bytes
        while rest.byteCount > 0 {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written") }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// Starts over.
    func clear() throws(WALArchiveError) {
        guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
            throw failure("cannot be written")
        }
    }

    /// Puts the file in its place; nothing may be written afterwards.
    ///
    /// The directory is not synced: a name that a crash takes back is a file that PostgreSQL asks for again.
    func publish() throws(WALArchiveError) {
        guard fsync(file) == 0 else { throw failure("cannot be synced") }
        guard renameat(folder, temporary, folder, name) == 0 else { throw failure("cannot be put in place") }
        isPublished = true
    }

    private func failure(_ what: String) -> WALArchiveError { Self.failure(path, what, errno) }

    private static func failure(_ path: String, _ what: String, _ code: Int32) -> WALArchiveError {
        let hint = code == ENOSPC || code == EDQUOT ? "free some room there." : Self.hint
        return .local(path, reason: "\(what): \(String(cString: strerror(code)).lowercased())", hint: hint)
    }

    private static let hint = "restore_command passes it as %p, relative to the data directory."
}
