// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Files
import PrivatePostgres

/// What an archiving copy has to know of the WAL that it starts with.
extension RestoreWork {
    /// Says of each segment that recovery has replayed that it is archived, and of the history of the new timeline that it is not.
    ///
    /// The private server archives nothing and leaves no word of either. A copy that archives would try the old segments, which
    /// the archive has, and get no further; and without its history nobody could recover along the new timeline
    /// (`XLogArchiveCheckDone` in src/backend/access/transam/xlogarchive.c).
    func noteArchived(_ target: any RestoreTarget) throws(RestoreError) {
        guard let timeline = report.recovery?.timeline else { return }
        let wal = target.stagedWAL ?? "\(target.data)/pg_wal"
        try RestoreError.translating { () throws(PrivatePostgresError) in
            let folder = try OwnedFolder(wal, owner: request.owner)
            try folder.makeFolder("archive_status")
            let status = try OwnedFolder("\(wal)/archive_status", owner: request.owner)
            for name in try folder.names() {
                guard let mark = Self.mark(of: name, on: timeline), try !status.holds("\(name).ready"),
                    try !status.holds("\(name).done")
                else { continue }
                try status.write([], to: name + mark)
            }
        }
    }

    private static func mark(of name: String, on timeline: UInt32) -> String? {
        if name == TimelineHistory.name(of: timeline) { return ".ready" }
        if name.hasSuffix(".history") { return ".done" }
        guard let segment = WALFileName(Array(name.utf8)), segment.timeline < timeline else { return nil }
        return ".done"
    }
}
