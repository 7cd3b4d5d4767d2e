// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue

extension Backup {
    /// What its objects' names tell of the WAL that recovery from it needs.
    ///
    /// A data directory without a segment was taken with `--wal-method=none`: it needs an archive. Of a tar
    /// backup without `pg_wal.tar` nobody knows before `base.tar` is opened, where `fetch` puts it.
    var walFindings: [Finding] {
        switch kind {
        case .tar where !objects.contains { TarName(relativeName(of: $0))?.content == .wal }:
            [Finding(.wal(.noArchive))]
        case .plain where !objects.contains { Self.isSegment(relativeName(of: $0)) }:
            [Finding(.wal(.noSegments))]
        default: []
        }
    }

    /// A WAL segment's name is 24 upper-case hex digits (PostgreSQL's xlog_internal.h).
    private static func isSegment(_ name: ObjectName) -> Bool {
        guard name.hasPrefix("pg_wal/") else { return false }
        let file = name.dropping("pg_wal/".utf8.count).bytes
        return file.count == 24
            && file.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }
    }
}
