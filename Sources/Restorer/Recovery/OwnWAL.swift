// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Files
import WALArchive

/// What the WAL that lies in a data directory makes and drops, read in the order of its segments.
struct OwnWAL {
    private(set) var events = WALEventLog()
    private(set) var passed = PassedWAL()
    /// In bytes, of all segments that were read.
    private(set) var segmentSize: UInt32 = 0
    /// Where a record of a tablespace begins that goes on where no segment follows.
    private(set) var openTablespaceRecord: LogSequenceNumber?

    /// Nil without any segment.
    ///
    /// A file of another size than the first one is none that PostgreSQL reads.
    init?(_ folder: borrowing FileDescriptor) throws(SystemError) {
        var (reader, isFresh) = (Self.newReader, true)
        for name in try Self.segments(folder) {
            let file = try FileDescriptor("\(name)".utf8, in: folder, for: .bytes)
            let size = try file.status().validators.size
            guard WALFileName.isSegmentSize(size), segmentSize == 0 || segmentSize == size else { continue }
            segmentSize = UInt32(clamping: size)
            try Self.pass(file, name, size, to: &reader)
            // It does not go on where the one before it ended: read it for itself.
            if reader.isDone, !isFresh {
                add(&reader)
                try Self.pass(file, name, size, to: &reader)
            }
            // Another copy of the segment may lead on from there: the next one counts again.
            isFresh = reader.isDone
            if isFresh { add(&reader) }
        }
        guard segmentSize > 0 else { return nil }
        add(&reader)
    }

    private static var newReader: WALReader { WALReader(ranges: nil, systemIdentifier: nil) }

    private mutating func add(_ reader: inout WALReader) {
        events.add(tablespacesOf: reader.events)
        passed.add(reader.events)
        openTablespaceRecord = openTablespaceRecord ?? reader.openTablespaceRecord
        reader = Self.newReader
    }

    static func segments(_ folder: borrowing FileDescriptor) throws(SystemError) -> [WALFileName] {
        try folder.names().compactMap { WALFileName($0) }.sorted { "\($0)" < "\($1)" }
    }

    private static func pass(
        _ file: borrowing FileDescriptor, _ name: WALFileName, _ size: UInt64, to reader: inout WALReader
    ) throws(SystemError) {
        reader.beginSegment(name, size: size)
        defer { reader.endSegment() }
        let buffer = PageBuffer(size: 256 << 10)
        var offset: UInt64 = 0
        while offset < size {
            let count = try file.read(at: offset, limit: buffer.size, into: buffer)
            if count == 0 { return }
            buffer.show(count) { reader.receive($0) }
            offset += UInt64(count)
        }
    }
}
