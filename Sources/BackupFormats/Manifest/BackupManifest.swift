// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// PostgreSQL's own list of what a base backup holds: `backup_manifest`, versions 1 and 2.
///
/// Version 1 is written by PostgreSQL 13 to 16; version 2, since 17, adds the system identifier.
public struct BackupManifest: Sendable, Equatable {
    /// The name under which a backup keeps its manifest.
    public static let name: ObjectName = "backup_manifest"

    /// Of the format: 1 or 2.
    public let version: Int
    /// Of the cluster that was backed up; nil in version 1.
    public let systemIdentifier: UInt64?
    /// Every file of the backup but the manifest and WAL.
    public let files: ManifestFiles
    /// The WAL that recovery needs, by timeline.
    public let walRanges: [WALRange]
    /// The OIDs of the tablespaces that have files, ascending.
    public let tablespaces: [UInt32]
    /// The SHA-256 that the manifest gives of its own lines, in hex; it was checked.
    public let checksum: String

    /// Takes all as it is, the checksum too; `tablespaces` are found in the paths of the files.
    public init(
        version: Int, systemIdentifier: UInt64?, files: ManifestFiles, walRanges: [WALRange],
        checksum: String
    ) {
        (self.version, self.systemIdentifier) = (version, systemIdentifier)
        (self.files, self.walRanges, self.checksum) = (files, walRanges, checksum)
        tablespaces = Set(files.outlines.lazy.compactMap(\.tablespace)).sorted()
    }

    /// The OID in `pg_tblspc/OID/…`; nil for any other path.
    static func tablespace(of path: ArraySlice<UInt8>) -> UInt32? {
        guard path.starts(with: tablespaceFolder) else { return nil }
        let rest = path.dropFirst(tablespaceFolder.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return objectIdentifier(rest[..<slash])
    }

    /// The same of a name.
    public static func tablespace(of path: ObjectName) -> UInt32? { tablespace(of: path.bytes[...]) }

    private static let tablespaceFolder = Array("pg_tblspc/".utf8)

    /// Reads an OID in the one way that PostgreSQL writes it: decimal, no sign, no leading zero.
    public static func objectIdentifier(_ digits: some Collection<UInt8>) -> UInt32? {
        guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= 10,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self))
    }
}
