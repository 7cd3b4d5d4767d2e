// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import ObjectStore

/// The small files at the beginning of an archive, read before the archive is: pg_basebackup puts
/// `backup_label` and `tablespace_map` first, and files of settings wherever the directory has them.
///
/// Nothing here is proven; it serves for the plan, and is read again and proven with all the rest.
struct TarHead {
    /// In bytes, as stored: how much is read at most.
    static let limit: UInt64 = 4 << 20
    private static let wanted: Set<ObjectName> = ["backup_label", "tablespace_map", "PG_VERSION"]

    private(set) var files: [ObjectName: [UInt8]] = [:]
    /// Of the first segment of WAL, if that is what the archive holds.
    private(set) var walVersion: Int?
    private(set) var systemIdentifier: UInt64?
    /// In bytes: how large that segment is.
    private(set) var segmentSize: UInt32?
    /// How fast the store gave its bytes; nil when there were too few to tell.
    private(set) var bytesPerSecond: Double?
    /// How many bytes of files came of each byte as stored; nil when nothing was read.
    private(set) var growth: Double?

    init(
        of object: StoredObject, in store: any ObjectStore, limit: UInt64 = Self.limit
    ) throws(ObjectStoreError) {
        let collector = HeadCollector(wanted: Self.wanted)
        let decompressor = Decompressor(
            into: TarReader(into: collector), budget: 1 << 30, manyGzipMembers: true)
        let watch = Stopwatch()
        var count: UInt64 = 0
        var isOver = false
        let request = ReadRequest(
            object.name, range: 0..<min(object.size, limit), expected: object.validators)
        guard object.size > 0 else { return }
        try store.read(request) { bytes throws(ObjectStoreError) in
            count += UInt64(bytes.byteCount)
            guard !isOver else { return }
            // What is wrong with it will be found when it is read to be proven.
            do { try decompressor.receive(bytes) } catch { isOver = true }
        }
        (files, walVersion) = (collector.files, collector.walVersion)
        (systemIdentifier, segmentSize) = (collector.systemIdentifier, collector.segmentSize)
        if count > 0 { growth = Double(collector.bytes) / Double(count) }
        if count >= 1 << 20, watch.seconds > 0 { bytesPerSecond = Double(count) / watch.seconds }
    }
}

extension TarHead {
    /// What the files of an archive of this size come to, if it goes on as it begins.
    ///
    /// Surely half of what is stored: the rest may be headers and what could not be compressed.
    func unpacked(_ size: UInt64) -> SpaceEstimate {
        SpaceEstimate(least: size / 2, likely: UInt64(min(Double(size) * max(growth ?? 1, 1), 1e18)))
    }
}
