// SPDX-License-Identifier: Apache-2.0

/// What `backup_label` says: where recovery from a backup has to start.
///
/// Written by PostgreSQL 12 to 18 (`build_backup_content` in src/backend/access/transam/xlogbackup.c).
public struct BackupLabel: Sendable, Equatable {
    /// Where recovery has to begin to read WAL.
    public var start: LogSequenceNumber
    /// The WAL segment that `start` lies in.
    public var startSegment: WALFileName
    /// Where the checkpoint's own record stands.
    public var checkpoint: LogSequenceNumber
    /// Whether the server was in recovery when the backup was taken.
    public var isFromStandby: Bool
    /// As given to pg_basebackup.
    public var label: [UInt8]
    /// On which the backup starts.
    public var timeline: UInt32
    /// Where the backup started that this one is incremental to; PostgreSQL 17 and later.
    public var parent: Parent?

    /// The backup that an incremental one adds to.
    public struct Parent: Sendable, Equatable {
        /// Where that backup starts.
        public var start: LogSequenceNumber
        /// On which that backup starts.
        public var timeline: UInt32
    }
}

extension BackupLabel {
    /// Reads the lines in the one order in which PostgreSQL writes them; nothing else may stand there.
    public static func parse(_ bytes: [UInt8]) throws(FormatError) -> BackupLabel {
        var lines = LabelLines(bytes)
        let start = try lines.take("START WAL LOCATION")
        guard let (position, segment) = startLocation(start) else {
            throw lines.fault(
                "a WAL location and its file, such as 0/2000028 (file 000000010000000000000002)")
        }
        let checkpoint = try lines.position("CHECKPOINT LOCATION")
        guard try lines.take("BACKUP METHOD").elementsEqual("streamed".utf8) else {
            throw lines.fault("streamed")
        }
        let origin = String(decoding: try lines.take("BACKUP FROM"), as: UTF8.self)
        guard origin == "primary" || origin == "standby" else { throw lines.fault("primary or standby") }
        _ = try lines.take("START TIME")
        let label = try lines.take("LABEL")
        let timeline = try lines.timeline("START TIMELINE")
        var parent: Parent?
        if !lines.isAtEnd {
            parent = Parent(
                start: try lines.position("INCREMENTAL FROM LSN"),
                timeline: try lines.timeline("INCREMENTAL FROM TLI"))
        }
        try lines.end()
        guard segment.timeline == timeline else {
            throw .invalidFile(
                .label, place: "line 1", expected: "a file of timeline \(timeline)", found: "'\(segment)'")
        }
        return BackupLabel(
            start: position, startSegment: segment, checkpoint: checkpoint,
            isFromStandby: origin == "standby", label: Array(label), timeline: timeline, parent: parent)
    }

    private static func startLocation(_ text: ArraySlice<UInt8>) -> (LogSequenceNumber, WALFileName)? {
        let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].elementsEqual("(file".utf8), parts[2].last == UInt8(ascii: ")"),
            let position = LogSequenceNumber(text: parts[0]),
            let segment = WALFileName(Array(parts[2].dropLast()))
        else { return nil }
        return (position, segment)
    }
}

/// The lines `NAME: value` of a label, one after another.
private struct LabelLines {
    private var rest: ArraySlice<ArraySlice<UInt8>>
    private var number = 0
    private var last: ArraySlice<UInt8> = []

    init(_ bytes: [UInt8]) {
        rest = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        // PostgreSQL does not look at what follows its last line, and whoever writes the file by hand may leave one empty.
        while rest.count > 1, rest.suffix(2).allSatisfy(\.isEmpty) { rest.removeLast() }
    }

    /// Whether nothing but the end of the last line is left.
    var isAtEnd: Bool { rest.count == 1 && rest.first?.isEmpty == true }

    mutating func take(_ name: String) throws(FormatError) -> ArraySlice<UInt8> {
        number += 1
        let line = rest.popFirst() ?? []
        last = line
        let opening = Array((name + ": ").utf8)
        guard line.starts(with: opening), !rest.isEmpty, line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw fault("\(name): …")
        }
        return line.dropFirst(opening.count)
    }

    mutating func position(_ name: String) throws(FormatError) -> LogSequenceNumber {
        guard let position = LogSequenceNumber(text: try take(name)) else { throw fault("a WAL location") }
        return position
    }

    mutating func timeline(_ name: String) throws(FormatError) -> UInt32 {
        guard let timeline = BackupManifest.objectIdentifier(try take(name)) else {
            throw fault("a timeline")
        }
        return timeline
    }

    func end() throws(FormatError) {
        guard isAtEnd else { throw fault("the end of the file after this line") }
    }

    func fault(_ expected: String) -> FormatError {
        .invalidFile(.label, place: "line \(number)", expected: expected, found: excerpt(last))
    }
}
