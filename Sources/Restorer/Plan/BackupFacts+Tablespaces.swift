// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

extension BackupFacts {
    /// In bytes: a `pg_tablespace` of more than ten thousand rows is not read ahead.
    private static let catalogueLimit: UInt64 = 1 << 20
    /// `FirstNormalObjectId`: below it are PostgreSQL's own tablespaces.
    private static let firstOfUsers: UInt32 = 16_384

    /// The tablespaces that a data directory's own catalogue names: an empty one has no file, and a store of objects keeps
    /// neither its folder nor its link.
    ///
    /// Nothing where the catalogue cannot be read: it is judged when the backup is.
    static func tablespacesOfCatalogue(of backup: Backup, in store: any ObjectStore) throws(ObjectStoreError)
        -> [UInt32]
    {
        guard let bytes = try content(of: "global/pg_filenode.map", backup, store),
            let map = try? RelationMap.parse(bytes), let node = map.fileNodes[CatalogueRows.tablespaces],
            let pages = try content(of: ObjectName("global/\(node)"), backup, store)
        else { return [] }
        var rows = CatalogueRows()
        unsafe rows.receive(pages.span.bytes)
        return rows.rows.map(\.identifier).filter { $0 >= firstOfUsers }
    }

    private static func content(
        of name: ObjectName, _ backup: Backup, _ store: any ObjectStore
    ) throws(ObjectStoreError) -> [UInt8]? {
        let found = backup.objects.first { backup.relativeName(of: $0) == name }
        guard let found, found.size <= catalogueLimit, found.oddity == nil else { return nil }
        return try found.content(in: store)
    }
}
