// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
public import BackupFormats
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

    /// Makes the directory when it is not there; it must be this user's own.
    public init(_ path: String, for archive: WALArchive) throws(WALArchiveError) {
        (self.path, expectations) = (path, archive.expectations)
        allowsUnfinished = archive.allowsUnfinished
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("cannot be made") }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw failure("is not a directory")
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw .local(
                shown, reason: "can be written to by others",
                hint: "name a directory of the user that PostgreSQL runs as, with mode 0700.")
        }
    }

    private var shown: String { ObjectName(path).description }

    private func failure(_ what: String) -> WALArchiveError {
        .local(
            shown, reason: "\(what): \(String(cString: strerror(errno)).lowercased())",
            hint: "may this user write there?")
    }

    private func place(of name: WALFileName) -> String { "\(path)/\(name)" }

    public func holds(_ name: WALFileName) -> Bool { access(place(of: name), R_OK) == 0 }

    /// Hands over a segment that waits here; nil when none does, or none that is sound.
    public func take(_ name: WALFileName, to destination: String) throws(WALArchiveError) -> WALDelivery? {
        let file = open(place(of: name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
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
            try output.publish()
            return delivery
        } catch {
            guard error.isDamage else { throw error }
            unlink(place(of: name))
            return nil
        }
    }

    private static func copy(_ file: Int32, to content: WALContent) throws(ArchiveError) {
        while true {
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                count = max(0, read(file, buffer.baseAddress, buffer.count))
            }
            guard !bytes.isEmpty else { return }
            try content.take(bytes.span.bytes)
        }
    }

    /// Removes what recovery has passed: this segment, those before it, and all of other timelines.
    public func drop(upTo name: WALFileName) {
        guard let stream = opendir(path) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let text = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let other = WALFileName(Array(text.utf8)) else { continue }
            if other.timeline != name.timeline || other <= name { unlinkat(dirfd(stream), text, 0) }
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
        let lock = open("\(path)/.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard lock >= 0 else { return }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
        for name in names where !holds(name) {
            do throws(WALArchiveError) {
                _ = try archive.fetch(.segment(name), to: place(of: name))
            } catch { return }
        }
    }
}
