// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
public import ObjectStore

extension Backup {
    private static let infoLimit: UInt64 = 1 << 20
    private static let manifestLimit: UInt64 = 512 << 20

    /// Reads what the info file claims; nil when there is none, or one too large to be one.
    public func readInfo(in store: any ObjectStore) throws(ObjectStoreError) -> BackupInfo? {
        guard let infoFile, infoFile.size <= Self.infoLimit else { return nil }
        return BackupInfo.parse(try infoFile.content(in: store))
    }

    /// Reads the manifest when its tablespaces decide whether the backup is complete; nil otherwise, and when
    /// it cannot be understood.
    public func readManifestForCompleteness(in store: any ObjectStore) throws(ObjectStoreError)
        -> BackupManifest?
    {
        guard sumFile == nil, kind == .tar, let manifest, manifest.size <= Self.manifestLimit else {
            return nil
        }
        let bytes = try manifest.content(in: store)
        return try? BackupManifest.parse(bytes)
    }
}

extension StoredObject {
    /// Reads all of a small object; who calls has looked at its size.
    public func content(in store: any ObjectStore) throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        guard size > 0 else { return bytes }
        try store.read(ReadRequest(whole: self)) { span throws(ObjectStoreError) in
            span.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
