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
    /// Where its WAL lies; nil for its own `pg_wal`.
    var wal: String?
    let placed: Set<UInt32>

    /// Returns when no record of the directory's WAL names a directory outside any more.
    func relocate() throws(RestoreError) {
        guard let wal = try read() else { return }
        for position in Set(try positions(in: wal)) { try relocate(position, wal.segmentSize) }
    }

    private func read() throws(RestoreError) -> OwnWAL? {
        do throws(SystemError) { return try OwnWAL(folder()) } catch {
            throw .failed("reading the WAL in", "\(data)/pg_wal", error)
        }
    }

    private func positions(in wal: OwnWAL) throws(RestoreError) -> [LogSequenceNumber] {
        do throws(UnplacedTablespaceError) {
            return try TablespacePolicy.linked(placed)
                .relocations(of: wal.events, open: wal.openTablespaceRecord)
        } catch { throw .tablespaceUnplaced(error.tablespace) }
    }

    /// In every timeline's segment that holds the record.
    private func relocate(_ position: LogSequenceNumber, _ segmentSize: UInt32) throws(RestoreError) {
        var isDone = false
        do throws(SystemError) {
            let folder = try folder()
            for name in try OwnWAL.segments(folder)
            where name.number(size: segmentSize) == position.position / UInt64(segmentSize) {
                let file = try FileDescriptor(changing: "\(name)".utf8, in: folder)
                if try TablespaceRelocation.apply(to: file, at: [position], segmentSize: segmentSize) {
                    try file.sync()
                    isDone = true
                }
            }
        } catch { throw .failed("changing the WAL in", "\(data)/pg_wal", error) }
        guard isDone else { throw .tablespaceUnplaced(.init(0, path: nil, at: position)) }
    }

    private func folder() throws(SystemError) -> FileDescriptor {
        if let wal { return try FileDescriptor(folderItselfAt: wal) }
        return try FileDescriptor(folder: "pg_wal".utf8, in: FileDescriptor(folderItselfAt: data))
    }
}
