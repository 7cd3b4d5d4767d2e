// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
public import ObjectStore

extension Backup {
    private static let infoLimit: UInt64 = 1 << 20

    /// Reads what the info file claims; nil when there is none, or one too large to be one.
    public func readInfo(in store: any ObjectStore) throws(ObjectStoreError) -> BackupInfo? {
        guard let infoFile, infoFile.size <= Self.infoLimit else { return nil }
        return BackupInfo.parse(try infoFile.content(in: store))
    }

    /// Reads the sum file; nil when there is none, and when it is too large or cannot be understood.
    public func readSumFile(in store: any ObjectStore) throws(ObjectStoreError) -> SumFile? {
        guard let sumFile, sumFile.size <= SumFile.sizeLimit else { return nil }
        let content = try sumFile.content(in: store)
        return try? SumFile.parse(content)
    }

    /// Reads the manifest when its tablespaces decide whether the backup is complete; nil otherwise, and when
    /// it cannot be understood.
    public func readManifestForCompleteness(in store: any ObjectStore) throws(ObjectStoreError)
        -> BackupManifest?
    {
        guard sumFile == nil, kind == .tar else { return nil }
        return try readManifest(in: store)
    }

    /// Reads the manifest; nil when there is none, and when it is too large or cannot be understood.
    public func readManifest(in store: any ObjectStore) throws(ObjectStoreError) -> BackupManifest? {
        guard let manifest, manifest.size <= BackupManifest.sizeLimit else { return nil }
        var parser = ManifestParser()
        try manifest.read(from: store) { bytes throws(ObjectStoreError) in parser.receive(bytes) }
        return try? parser.finish()
    }
}

extension StoredObject {
    /// Reads all of a small object; who calls has looked at its size.
    public func content(in store: any ObjectStore) throws(ObjectStoreError) -> [UInt8] {
        var content: [UInt8] = []
        try read(from: store) { bytes throws(ObjectStoreError) in
            bytes.withUnsafeBytes { content.append(contentsOf: $0) }
        }
        return content
    }

    /// Hands all bytes of an object to `body`, which is not called for an empty one.
    public func read(
        from store: any ObjectStore, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        if size > 0 { try store.read(ReadRequest(whole: self), body) }
    }
}
