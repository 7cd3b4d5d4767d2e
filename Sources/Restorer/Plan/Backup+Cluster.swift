// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
public import Catalogue
public import ObjectStore

extension Backup {
    /// In bytes of a manifest: what stands before its list of files.
    private static let manifestHead: UInt64 = 256
    /// In bytes of an archive of WAL, as stored: enough for the first page in any compression.
    private static let archiveHead: UInt64 = 256 << 10
    private static let controlLimit: UInt64 = 64 << 10

    /// The system identifier of the cluster that a backup says it is of, by a few bytes of it; nil when those do not tell.
    ///
    /// Nothing of it is proven: it serves to sort backups.
    public func claimedCluster(in store: any ObjectStore) throws(ObjectStoreError) -> UInt64? {
        if let claimed = try clusterOfManifest(in: store) { return claimed }
        for object in objects where object.oddity == nil && object.size > 0 {
            let name = relativeName(of: object)
            if kind == .plain, name == "global/pg_control", object.size <= Self.controlLimit {
                let bytes = try object.content(in: store)
                return (try? ControlFile.parse(bytes))?.systemIdentifier
            }
            if kind == .tar, TarName(name)?.content == .wal {
                return try TarHead(of: object, in: store, limit: Self.archiveHead).systemIdentifier
            }
        }
        return nil
    }

    private func clusterOfManifest(in store: any ObjectStore) throws(ObjectStoreError) -> UInt64? {
        guard let manifest, manifest.size > 0 else { return nil }
        var head: [UInt8] = []
        let range = 0..<min(manifest.size, Self.manifestHead)
        try store.read(ReadRequest(manifest.name, range: range, expected: manifest.validators)) {
            bytes throws(ObjectStoreError) in
            unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0) }
        }
        return unsafe ManifestParser.systemIdentifier(inHead: head.span.bytes)
    }
}
