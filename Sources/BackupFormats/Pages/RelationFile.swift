// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A file of pages: one fork of a relation, or one segment of it.
///
/// Such files lie under `base/DATABASE/`, `global/` and `pg_tblspc/OID/VERSION/DATABASE/` and are called by
/// their file node, fork and segment (`GetRelationPath` in src/common/relpath.c).
public struct RelationFile: Sendable, Hashable {
    /// Its data, the maps of free space and visibility, or what an unlogged one begins as.
    public enum Fork: String, Sendable, CaseIterable { case main, fsm, vm, `init` }

    /// The tablespace's OID; 1663 for the default one, 1664 for the global one.
    public var tablespace: UInt32
    /// The database's OID; 0 for relations that all databases share.
    public var database: UInt32
    /// The number in its name, which is the relation's only as long as nobody rewrites it.
    public var fileNode: UInt32
    /// Which of the relation's files it is.
    public var fork: Fork
    /// Which file of the fork, counted from 0.
    public var segment: UInt32
    /// Whether the file holds changed blocks only, behind a header: PostgreSQL 17's incremental backups.
    public var isIncremental: Bool

    /// Nil for a path that is no relation's.
    public init?(_ path: ObjectName) {
        let parts = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let file = parts.last, let place = Self.place(parts) else { return nil }
        (tablespace, database) = place
        let prefix = Array("INCREMENTAL.".utf8)
        isIncremental = file.starts(with: prefix)
        let name = isIncremental ? file.dropFirst(prefix.count) : file
        guard let (fileNode, fork, segment) = Self.name(name) else { return nil }
        (self.fileNode, self.fork, self.segment) = (fileNode, fork, segment)
    }

    private static func place(_ parts: [ArraySlice<UInt8>]) -> (UInt32, UInt32)? {
        if parts.count == 2, parts[0].elementsEqual("global".utf8) { return (1664, 0) }
        if parts.count == 3, parts[0].elementsEqual("base".utf8) {
            return BackupManifest.objectIdentifier(parts[1]).map { (1663, $0) }
        }
        guard parts.count == 5, parts[0].elementsEqual("pg_tblspc".utf8), parts[2].starts(with: "PG_".utf8),
            let tablespace = BackupManifest.objectIdentifier(parts[1]),
            let database = BackupManifest.objectIdentifier(parts[3])
        else { return nil }
        return (tablespace, database)
    }

    private static func name(_ text: ArraySlice<UInt8>) -> (UInt32, Fork, UInt32)? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        let stem = parts[0].split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard (1...2).contains(stem.count), let node = BackupManifest.objectIdentifier(stem[0]) else {
            return nil
        }
        var fork = Fork.main
        if stem.count == 2 {
            guard let named = Fork(rawValue: String(decoding: stem[1], as: UTF8.self)), named != .main else {
                return nil
            }
            fork = named
        }
        guard parts.count == 2 else { return (node, fork, 0) }
        return BackupManifest.objectIdentifier(parts[1]).map { (node, fork, $0) }
    }

    /// Blocks of 8 KiB in a segment of 1 GiB, as PostgreSQL is built almost everywhere.
    public static let usualSegmentBlocks: UInt32 = 131_072

    /// The number of the file's first block within its fork.
    public var firstBlock: UInt32 {
        segment.multipliedReportingOverflow(by: Self.usualSegmentBlocks).partialValue
    }
}
