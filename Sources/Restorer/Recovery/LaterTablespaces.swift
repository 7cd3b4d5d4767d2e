// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import WALArchive

/// The tablespaces that the WAL in a restored data directory makes: those that came into being while the backup was
/// taken, and later ones.
///
/// Their records name directories of the origin, which are never touched: where there is a place for the tablespace, the
/// record loses its path and the link in `pg_tblspc` decides; where there is none, the restore stops before anything
/// is replayed.
struct LaterTablespaces {
    /// The data directory as it is put together.
    let data: String
    let placed: Set<UInt32>

    /// Returns when no record of the directory's WAL names a directory outside any more.
    func relocate() throws(RestoreError) {
        let events: WALEventLog
        let segmentSize: UInt32
        do throws(SystemError) {
            let folder = try FileDescriptor(folder: "pg_wal".utf8, in: FileDescriptor(folderItselfAt: data))
            guard let read = try Self.read(folder) else { return }
            (events, segmentSize) = read
        } catch { throw .failed("reading the WAL in", "\(data)/pg_wal", error) }
        for change in events.changes {
            guard case .tablespaceCreated(let identifier, let path) = change.event, !path.isEmpty else {
                continue
            }
            guard placed.contains(identifier) else {
                throw .tablespaceUnplaced(.init(identifier, path: path, at: change.position))
            }
            try relocate(change.position, segmentSize, .init(identifier, path: nil, at: change.position))
        }
    }

    /// In every timeline's segment that holds the record.
    private func relocate(
        _ position: LogSequenceNumber, _ segmentSize: UInt32, _ tablespace: UnplacedTablespace
    ) throws(RestoreError) {
        var isDone = false
        do throws(SystemError) {
            let folder = try FileDescriptor(folder: "pg_wal".utf8, in: FileDescriptor(folderItselfAt: data))
            for name in try Self.segments(folder)
            where name.number(size: segmentSize) == position.position / UInt64(segmentSize) {
                let file = try FileDescriptor(changing: "\(name)".utf8, in: folder)
                if try TablespaceRelocation.apply(to: file, at: [position], segmentSize: segmentSize) {
                    try file.sync()
                    isDone = true
                }
            }
        } catch { throw .failed("changing the WAL in", "\(data)/pg_wal", error) }
        guard isDone else { throw .tablespaceUnplaced(tablespace) }
    }

    /// What all of it does, in the order of the segments; nil without any segment.
    private static func read(
        _ folder: borrowing FileDescriptor
    ) throws(SystemError) -> (WALEventLog, UInt32)? {
        var reader = WALReader(ranges: nil, systemIdentifier: nil)
        var segmentSize: UInt32?
        for name in try segments(folder) {
            let file = try FileDescriptor("\(name)".utf8, in: folder, for: .bytes)
            let size = try file.status().validators.size
            reader.beginSegment(name, size: size)
            try pass(file, size, to: &reader)
            reader.endSegment()
            segmentSize = UInt32(clamping: size)
        }
        return segmentSize.map { (reader.events, $0) }
    }

    private static func pass(
        _ file: borrowing FileDescriptor, _ size: UInt64, to reader: inout WALReader
    ) throws(SystemError) {
        let buffer = PageBuffer(size: 256 << 10)
        var offset: UInt64 = 0
        while offset < size {
            let count = try file.read(at: offset, limit: buffer.size, into: buffer)
            if count == 0 { return }
            buffer.show(count) { reader.take($0) }
            offset += UInt64(count)
        }
    }

    private static func segments(_ folder: borrowing FileDescriptor) throws(SystemError) -> [WALFileName] {
        try folder.names().compactMap { WALFileName($0) }.sorted { "\($0)" < "\($1)" }
    }
}
