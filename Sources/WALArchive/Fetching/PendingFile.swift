// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import Glibc

/// A file that is written beside its place and takes it, whole and synced, or leaves nothing behind.
///
/// What a killed process left under the temporary name is replaced.
final class PendingFile {
    private let path: String
    private let folder: FileDescriptor
    private let name: String
    private let temporary: String
    private let file: FileDescriptor
    private var isPublished = false
    /// In bytes.
    private var size: UInt64 = 0

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
        do { folder = try FileDescriptor(folderAt: parent.isEmpty ? "." : parent) } catch {
            throw .failed("the directory cannot be opened", self.path, error, hint: Self.hint)
        }
        do throws(SystemError) {
            try folder.remove(temporary.utf8)
            file = try FileDescriptor(creating: temporary.utf8, in: folder)
        } catch { throw .failed("cannot be written", self.path, error, hint: Self.hint) }
    }

    deinit { if !isPublished { try? folder.remove(temporary.utf8) } }

    func write(_ bytes: RawSpan) throws(WALArchiveError) {
        try attempt("cannot be written") { () throws(SystemError) in try file.write(bytes) }
        size += UInt64(bytes.byteCount)
    }

    /// Leaves so many bytes of what was written.
    func cut(to wanted: UInt64) throws(WALArchiveError) {
        guard wanted < size else { return }
        try attempt("cannot be written") { () throws(SystemError) in try file.cut(to: wanted) }
        size = wanted
    }

    /// Writes zeros until the file has so many bytes.
    func fill(upTo wanted: UInt64) throws(WALArchiveError) {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        while size < wanted {
            let count = Int(min(wanted - size, UInt64(zeros.count)))
            try unsafe write(zeros.span.bytes.extracting(first: count))
        }
    }

    /// Takes the path out of records of tablespaces, in the segment that was written.
    func relocate(_ positions: [LogSequenceNumber], segmentSize: UInt32) throws(WALArchiveError) {
        guard !positions.isEmpty else { return }
        var isDone = false
        try attempt("cannot be written") { () throws(SystemError) in
            isDone = try TablespaceRelocation.apply(to: file, at: positions, segmentSize: segmentSize)
        }
        guard isDone else {
            throw .local(
                path, reason: "changed while it was written", hint: "does something else write there?")
        }
    }

    /// Starts over.
    func clear() throws(WALArchiveError) {
        try attempt("cannot be written") { () throws(SystemError) in try file.clear() }
        size = 0
    }

    /// Puts the file in its place; nothing may be written afterwards.
    ///
    /// The directory is not synced: a name that a crash takes back is a file that PostgreSQL asks for again.
    func publish() throws(WALArchiveError) {
        try attempt("cannot be put in place") { () throws(SystemError) in
            try file.sync()
            try folder.rename(temporary.utf8, to: name.utf8, in: folder)
        }
        isPublished = true
    }

    private func attempt(
        _ what: String, _ body: () throws(SystemError) -> Void
    ) throws(WALArchiveError) {
        do { try body() } catch { throw .failed(what, path, error, hint: Self.hint) }
    }

    private static let hint = "restore_command passes it as %p, relative to the data directory."
}
