// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats

/// Keeps the members that are wanted and files of settings, up to a size, and looks at the first page of WAL.
final class HeadCollector: MemberSink {
    private static let sizeLimit: UInt64 = 1 << 20

    private let wanted: Set<ObjectName>
    private(set) var files: [ObjectName: [UInt8]] = [:]
    private(set) var walVersion: Int?
    private(set) var systemIdentifier: UInt64?
    private(set) var segmentSize: UInt32?
    /// Of all files.
    private(set) var bytes: UInt64 = 0
    private var path: ObjectName?
    private var content: [UInt8] = []
    private var wal: WALReader?
    private var roomForSettings = BackedUpSettings.limit

    init(wanted: Set<ObjectName>) { self.wanted = wanted }

    func begin(_ member: TarMember) throws(ArchiveError) {
        let name = ObjectName(bytes: member.path)
        (path, content) = (nil, [])
        guard member.kind == .file else { return }
        if wanted.contains(name), member.size <= Self.sizeLimit { path = name }
        if BackedUpSettings.isSettings(name), member.size <= min(BackedUpSettings.fileLimit, roomForSettings)
        {
            path = name
            roomForSettings -= member.size
        }
        if walVersion == nil, let segment = WALFileName(name.bytes) {
            wal = WALReader(ranges: nil, systemIdentifier: nil)
            wal?.beginSegment(segment, size: member.size)
            segmentSize = WALFileName.isSegmentSize(member.size) ? UInt32(exactly: member.size) : nil
        }
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        self.bytes &+= UInt64(bytes.byteCount)
        if path != nil { unsafe bytes.withUnsafeBytes { unsafe content.append(contentsOf: $0) } }
        guard walVersion == nil, wal != nil else { return }
        wal?.receive(bytes)
        (walVersion, systemIdentifier) = (wal?.majorVersion, wal?.systemIdentifier)
    }

    func end() throws(ArchiveError) {
        if let path { files[path] = content }
        (path, wal) = (nil, nil)
    }
}
