// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore
import WALArchive

/// The WAL that is in a backup, looked at for the plan before anything is proven.
struct BackupWAL {
    /// In bytes, as stored: how much of it is read for a plan.
    private static let limit: UInt64 = 512 << 20

    let backup: Backup
    let store: any ObjectStore

    /// The tablespaces that it makes, as far as it can be read.
    ///
    /// Nil where there is more of it than is read for a plan. What is wrong with it is found when it is read to be proven.
    func tablespaces() throws(ObjectStoreError) -> [RecoverableWindow.Tablespace]? {
        let objects = objects
        guard objects.reduce(UInt64(0), { $0.addingClamped($1.size) }) <= Self.limit else { return nil }
        let collector = TablespaceCollector()
        for object in objects where object.oddity == nil { try read(object, to: collector) }
        return collector.found
    }

    /// In the order of the segments.
    private var objects: [StoredObject] {
        backup.objects.filter { object in
            let name = backup.relativeName(of: object)
            return switch backup.kind {
            case .tar: TarName(name)?.content == .wal
            default: name.folder == "pg_wal" && WALFileName(name.lastComponent.bytes) != nil
            }
        }.sorted { $0.name < $1.name }
    }

    private func read(_ object: StoredObject, to collector: TablespaceCollector) throws(ObjectStoreError) {
        let sink: any ByteSink =
            backup.kind == .tar
            ? Decompressor(into: TarReader(into: collector), budget: 16 << 30, manyGzipMembers: true)
            : SegmentFile(object.name.lastComponent, object.size, collector)
        var isOver = false
        try store.read(ReadRequest(whole: object)) { bytes throws(ObjectStoreError) in
            guard !isOver else { return }
            do { try sink.receive(bytes) } catch { isOver = true }
        }
        do { try sink.finish() } catch { return }
    }
}

/// Reads WAL segment by segment for the tablespaces that it makes.
private final class TablespaceCollector: MemberSink {
    private(set) var found: [RecoverableWindow.Tablespace] = []
    private var reader = WALReader(ranges: nil, systemIdentifier: nil)
    private var isSegment = false
    private var seen = 0

    func begin(_ member: TarMember) throws(ArchiveError) {
        isSegment = false
        guard member.kind == .file, let name = WALFileName(member.path) else { return }
        // Behind something that cannot be read the next segment counts again.
        if reader.isDone { (reader, seen) = (WALReader(ranges: nil, systemIdentifier: nil), 0) }
        reader.beginSegment(name, size: member.size)
        isSegment = true
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        if isSegment { reader.receive(bytes) }
    }

    func end() throws(ArchiveError) {
        guard isSegment else { return }
        reader.endSegment()
        let made = reader.events.tablespaces
        found += made[seen...].compactMap { RecoverableWindow.Tablespace($0) }
        seen = made.count
    }
}

/// A segment that is an object of its own.
private final class SegmentFile: ByteSink {
    private let collector: TablespaceCollector
    private let member: TarMember
    private var isBegun = false

    init(_ name: ObjectName, _ size: UInt64, _ collector: TablespaceCollector) {
        self.collector = collector
        member = TarMember(path: name.bytes, kind: .file, size: size, mode: 0, headerOffset: 0)
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        if !isBegun { try collector.begin(member) }
        isBegun = true
        try collector.receive(bytes)
    }

    func finish() throws(ArchiveError) {
        if isBegun { try collector.end() }
    }
}
