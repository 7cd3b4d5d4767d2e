// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
public import BackupFormats
import Files
import Glibc

/// A directory in which one run of `wal-get` leaves segments for the next.
///
/// PostgreSQL starts a new process for every segment; what one of them got ahead waits here. A segment is
/// checked anew when it is taken, since the directory lay open to others meanwhile, and whatever is wrong
/// with it, the archive has the last word.
public struct WALSpool: Sendable {
    private let path: String
    private let expectations: WALExpectations
    private let allowsUnfinished: Bool
    private let tablespaces: TablespacePolicy

    /// Makes the directory when it is not there; it must be this user's own.
    public init(_ path: String, for archive: WALArchive) throws(WALArchiveError) {
        (self.path, expectations) = (path, archive.expectations)
        (allowsUnfinished, tablespaces) = (archive.allowsUnfinished, archive.tablespaces)
        do { try Self.make(path) } catch { throw failure("cannot be made", error) }
        let status: FileStatus
        do { status = try FileDescriptor(directory: path).status() } catch {
            throw failure("is not a directory", error)
        }
        guard status.owner == geteuid(), status.mode & 0o022 == 0 else {
            throw .local(
                shown, reason: "can be written to by others",
                hint: "name a directory of the user that PostgreSQL runs as, with mode 0700.")
        }
    }

    private var shown: String { ObjectName(path).description }

    private static func make(_ path: String) throws(SystemError) {
        let (name, folder) = (ObjectName(path).lastComponent, ObjectName(path).folder.utf8Text ?? "")
        // What is a way to a directory and not its name is there already.
        guard !name.isEmpty, name != ".", name != ".." else { return }
        do { try FileDescriptor(folderAt: folder.isEmpty ? "." : folder).makeFolder(name.bytes) } catch {
            guard error.code == EEXIST else { throw error }
        }
    }

    private func failure(_ what: String, _ error: SystemError) -> WALArchiveError {
        .local(shown, reason: "\(what): \(error.text)", hint: "may this user write there?")
    }

    private func place(of name: WALFileName) -> String { "\(path)/\(name)" }

    private func open(_ name: WALFileName) throws(SystemError) -> FileDescriptor {
        try FileDescriptor("\(name)".utf8, in: FileDescriptor(directory: path), for: .bytes)
    }

    /// Whether there is something under that name that this user may read, sound or not.
    public func holds(_ name: WALFileName) -> Bool { (try? open(name)) != nil }

    /// Hands over a segment that waits here; nil when none does, or none that is sound.
    public func take(_ name: WALFileName, to destination: String) throws(WALArchiveError) -> WALDelivery? {
        guard let file = try? open(name) else { return nil }
        let output = try PendingFile(for: destination)
        let content = WALContent(.segment(name), of: expectations, into: output)
        do throws(ArchiveError) { try Self.copy(file, to: content) } catch {
            if let failure = content.failure { throw failure }
        }
        let judge = WALJudge(
            object: ObjectName(place(of: name)), file: .segment(name), archive: expectations)
        do throws(WALArchiveError) {
            let delivery = try judge.conclude(content, nil, sha1: nil)
            if let fault = delivery.fault, !allowsUnfinished { throw fault }
            guard try relocate(delivery, output) else { return nil }
            try output.publish()
            return delivery
        } catch {
            guard error.isDamage else { throw error }
            try? FileDescriptor(directory: path).remove("\(name)".utf8)
            return nil
        }
    }

    /// It may have been left by a run with another policy; false where the archive has to say what becomes of it.
    private func relocate(_ delivery: WALDelivery, _ output: PendingFile) throws(WALArchiveError) -> Bool {
        guard tablespaces != .asWritten, let facts = delivery.facts else { return true }
        guard facts.openHeader == nil, let positions = try? tablespaces.relocations(in: facts) else {
            return false
        }
        try output.relocate(positions, segmentSize: facts.segmentSize)
        return true
    }

    /// What can no longer be read ends the file, which is then found to be too short.
    private static func copy(
        _ file: borrowing FileDescriptor, to content: WALContent
    ) throws(ArchiveError) {
        let buffer = PageBuffer(size: 256 << 10)
        var done: UInt64 = 0
        while let count = try? file.read(at: done, limit: buffer.size, into: buffer), count > 0 {
            try buffer.show(count) { (bytes) throws(ArchiveError) in try content.receive(bytes) }
            done += UInt64(count)
        }
    }

    /// Removes what recovery has passed: this segment, those before it, and all of other timelines.
    public func drop(upTo name: WALFileName) {
        guard let folder = try? FileDescriptor(folderAt: path), let names = try? folder.names() else {
            return
        }
        for bytes in names {
            guard let other = WALFileName(bytes) else { continue }
            if other.timeline != name.timeline || other <= name { try? folder.remove(bytes) }
        }
    }

    /// The segments after one, as many as are wanted ahead within `bytes`; one is, whatever its size.
    public static func ahead(
        of name: WALFileName, segmentSize: UInt32, count: Int, bytes: UInt64 = 256 << 20
    ) -> [WALFileName] {
        guard (1 << 20...1 << 30).contains(segmentSize), segmentSize.nonzeroBitCount == 1 else { return [] }
        var plan = PrefetchPlan(segments: count, bytes: bytes)
        _ = plan.served(name, segmentSize: segmentSize)
        var names: [WALFileName] = []
        while let next = plan.next() { names.append(next) }
        return names
    }

    /// Gets segments that are not here yet, in their order, until one is not to be had.
    ///
    /// Does nothing while another process is at it.
    public func fill(_ names: [WALFileName], from archive: WALArchive) {
        guard let folder = try? FileDescriptor(folderAt: path),
            let lock = (try? FileLock(".lock".utf8, in: folder)) ?? nil
        else { return }
        defer { withExtendedLifetime(lock) {} }
        for name in names where !holds(name) {
            do throws(WALArchiveError) {
                _ = try archive.fetch(.segment(name), to: place(of: name))
            } catch { return }
        }
    }
}
