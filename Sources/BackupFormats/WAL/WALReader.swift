// SPDX-License-Identifier: Apache-2.0
import Digests

/// Reads WAL segment by segment and checks every record that recovery from a backup needs.
///
/// Fed in the order of the segments, in pieces of any size. Of each page the header is checked, of each record
/// its length, its link to the one before it and its CRC (src/backend/access/transam/xlogreader.c). Memory is
/// bounded: records are summed, not kept. It is a value: a copy goes on from where the original stands.
public struct WALReader: Sendable {
    static let pageSize = 8192
    /// How many blocks with a full-page image are remembered.
    private static let imageLimit = 1 << 20

    /// Nil when nobody says what recovery needs: then it reads from the first record on.
    let ranges: [WALRange]?
    public private(set) var faults: [WALFault] = []
    private(set) var seen: Set<WALFileName> = []
    private(set) var segmentSize: UInt32?
    public private(set) var systemIdentifier: UInt64?
    /// Of the PostgreSQL that wrote it; nil before the first page.
    public private(set) var majorVersion: Int?
    /// Up to where records were read and were sound, without a gap.
    public private(set) var soundUpTo: LogSequenceNumber?
    /// How many records of what is needed were sound.
    public private(set) var soundRecords: UInt64 = 0
    /// Where it began to read.
    private(set) var soundFrom: LogSequenceNumber?
    /// Ranges that were read to their end.
    private(set) var completed: Set<UInt32> = []
    /// The first thing that is wrong after the end of a range, in its last segment: recovery of the backup does
    /// not need it.
    public private(set) var beyond: WALFault?
    private var isBeyond = false
    /// Where backups ended, by where they started.
    private(set) var backupEnds: [LogSequenceNumber: LogSequenceNumber] = [:]
    private var images: Set<Int> = []
    /// Whether there were more images than are remembered.
    public private(set) var hasForgottenImages = false

    /// Whether every segment must hold records to its end or to a switch, whatever recovery needs.
    private let isStrict: Bool
    /// When strict: where there was no further record, but zeros.
    private(set) var emptyFrom: LogSequenceNumber?

    private var segment: Segment?
    private var page: [UInt8] = []
    private var progress = Progress.searching
    private var record: WALRecord?
    private var previous: UInt64?
    /// The timeline whose range is being read, and its next segment.
    private var expected: (timeline: UInt32, number: UInt64)?

    private struct Segment: Sendable {
        var name: WALFileName
        var base: UInt64
        var range: WALRange?
        var isNeeded: Bool
        var position: UInt64 = 0
        var hasFault = false
    }

    private enum Progress: Sendable {
        /// For the first record that counts.
        case searching
        /// For the first record of a page, after a gap.
        case synchronising
        case reading
        /// After a switch: the rest of the segment is unused.
        case skippingSegment
        /// The range has come to its end, or a fault leaves nothing to go on with.
        case done
    }

    /// `ranges` are the manifest's.
    public init(ranges: [WALRange]?, systemIdentifier: UInt64?) {
        self.ranges = ranges
        self.systemIdentifier = systemIdentifier
        isStrict = false
    }

    /// For segments that stand alone, as in an archive; images are not remembered.
    init(strictFor systemIdentifier: UInt64?) {
        ranges = nil
        self.systemIdentifier = systemIdentifier
        isStrict = true
    }

    public var hasFaults: Bool { !faults.isEmpty }

    /// Whether the WAL that was read holds an image that replaces this block as a whole.
    public func hasImage(of block: BlockReference) -> Bool { images.contains(block.hashValue) }

    // MARK: Segments

    public mutating func beginSegment(_ name: WALFileName, size: UInt64) {
        page.removeAll(keepingCapacity: true)
        guard let size = UInt32(exactly: size), (1 << 20...1 << 30).contains(size), size.nonzeroBitCount == 1,
            segmentSize == nil || segmentSize == size, let number = name.number(size: size),
            // The very last positions of WAL could not be counted beyond.
            number < UInt64.max / UInt64(size) - 1
        else {
            segment = nil
            return fault(
                .invalid, name, LogSequenceNumber(0),
                "a segment of \(segmentSize.map { "\($0)" } ?? "2^n") bytes",
                "\(size) bytes")
        }
        segmentSize = size
        let range = ranges?.first { $0.timeline == name.timeline }
        let needed =
            range.map { WALFileName.segments(of: $0, size: size).contains(number) } ?? (ranges == nil)
        segment = Segment(name: name, base: number * UInt64(size), range: range, isNeeded: needed)
        guard needed else { return }
        seen.insert(name)
        continueOrSynchronise(name.timeline, number)
    }

    /// The next segment of the same timeline goes on where the last one ended; any other begins anew.
    private mutating func continueOrSynchronise(_ timeline: UInt32, _ number: UInt64) {
        defer { expected = (timeline, number + 1) }
        if let expected, expected == (timeline, number) {
            if case .skippingSegment = progress { progress = .reading }
            return
        }
        let isFirst = expected?.timeline != timeline
        (record, previous, isBeyond) = (nil, nil, false)
        progress = isFirst && ranges != nil ? .searching : .synchronising
    }

    public mutating func take(_ bytes: RawSpan) {
        guard segment?.isNeeded == true else { return takeHeaderOnly(bytes) }
        var rest = bytes
        while rest.byteCount > 0 {
            let piece = rest.extracting(first: min(rest.byteCount, Self.pageSize - page.count))
            piece.withUnsafeBytes { page.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: piece.byteCount)
            if page.count == Self.pageSize { takePage() }
        }
    }

    /// Segments that recovery does not need must still be of this cluster.
    private mutating func takeHeaderOnly(_ bytes: RawSpan) {
        guard let name = segment?.name, segment?.position == 0, page.count < 40 else { return }
        let missing = min(40 - page.count, bytes.byteCount)
        bytes.extracting(first: missing).withUnsafeBytes { page.append(contentsOf: $0) }
        guard page.count == 40 else { return }
        let header = WALPageHeader(page)
        guard header.isLong, header.majorVersion != nil else { return }
        checkCluster(header, name)
    }

    public mutating func endSegment() {
        segment = nil
        page.removeAll(keepingCapacity: true)
    }

    // MARK: Pages

    private mutating func takePage() {
        guard var segment else { return }
        let address = segment.base + segment.position
        segment.position += UInt64(Self.pageSize)
        self.segment = segment
        var page: [UInt8] = []
        swap(&page, &self.page)
        defer {
            page.removeAll(keepingCapacity: true)
            swap(&page, &self.page)
        }
        let header = WALPageHeader(page)
        if isBeyond, isEndOfWAL(page, header, address, segment) { return }
        // The first page names the cluster, whether or not its records count.
        let isFirst = address == segment.base
        guard isWanted(address, segment) || isFirst && isReading else { return }
        guard check(header, address, segment) else { return }
        guard isWanted(address, segment), var offset = firstOffset(header, address, segment) else { return }
        readRecords(page, &offset, address, segment)
    }

    /// Whether a page lies in what is to be read.
    private func isWanted(_ address: UInt64, _ segment: Segment) -> Bool {
        guard isReading else { return false }
        guard let range = segment.range, !isBeyond else { return true }
        return address + UInt64(Self.pageSize) > range.start.position && address < range.end.position
    }

    /// Whether nothing follows that was written as WAL, after the end of what is needed.
    ///
    /// PostgreSQL fills a segment with zeros after a switch; else the rest of it is of an older segment, whose
    /// file it uses again.
    private mutating func isEndOfWAL(
        _ page: [UInt8], _ header: WALPageHeader, _ address: UInt64, _ segment: Segment
    ) -> Bool {
        let isEmpty = page.allSatisfy { $0 == 0 }
        if case .skippingSegment = progress {
            if !isEmpty {
                _ = stop(
                    .invalid, segment.name, LogSequenceNumber(address), "zeros after a switch", "other bytes")
            }
            return true
        }
        guard isEmpty || header.majorVersion != nil && header.address < address else { return false }
        return !stop()
    }

    private var isReading: Bool {
        switch progress {
        case .done, .skippingSegment: false
        case .searching, .synchronising, .reading: true
        }
    }

    private mutating func check(_ header: WALPageHeader, _ address: UInt64, _ segment: Segment) -> Bool {
        let (name, lsn) = (segment.name, LogSequenceNumber(address))
        if isStrict, header.magic == 0, address > segment.base { return stopEmpty(from: lsn) }
        guard let version = header.majorVersion, majorVersion == nil || majorVersion == version else {
            return stop(.invalid, name, lsn, "a WAL page", "magic \(String(header.magic, radix: 16))")
        }
        majorVersion = version
        guard !header.hasUnknownFlags, header.isLong == (address == segment.base) else {
            return stop(.invalid, name, lsn, "the header of such a page", "other flags")
        }
        guard !header.isLong || checkCluster(header, name) else { return stop() }
        guard header.address == address else {
            return stop(
                .invalid, name, lsn, "a page of \(lsn)", "one of \(LogSequenceNumber(header.address))")
        }
        guard header.timeline > 0, header.timeline <= name.timeline else {
            return stop(.foreign, name, lsn, "timeline \(name.timeline)", "timeline \(header.timeline)")
        }
        return true
    }

    @discardableResult
    private mutating func checkCluster(_ header: WALPageHeader, _ name: WALFileName) -> Bool {
        let lsn = LogSequenceNumber(segment?.base ?? 0)
        if let expected = systemIdentifier, expected != header.systemIdentifier {
            fault(.foreign, name, lsn, "system identifier \(expected)", "\(header.systemIdentifier)")
            return false
        }
        systemIdentifier = header.systemIdentifier
        guard header.segmentSize == segmentSize, header.blockSize == UInt32(Self.pageSize) else {
            fault(
                .invalid, name, lsn, "segments of \(segmentSize ?? 0) bytes in pages of \(Self.pageSize)",
                "\(header.segmentSize) and \(header.blockSize)")
            return false
        }
        return true
    }

    /// Where on the page the first byte that counts stands; nil when there is none.
    private mutating func firstOffset(
        _ header: WALPageHeader, _ address: UInt64, _ segment: Segment
    ) -> Int? {
        let remaining = header.isContinued ? Int(header.remaining) : 0
        switch progress {
        case .searching where segment.range.map { $0.start.position >= address } ?? true:
            let start = segment.range?.start.position ?? address
            progress = .reading
            return max(header.size, Int(start - address))
        case .searching, .synchronising:
            let skipped = (header.size + remaining + 7) / 8 * 8
            guard skipped < Self.pageSize else { return nil }
            progress = .reading
            return skipped
        default: break
        }
        guard let open = record else { return header.size }
        if header.isOverwritten {
            record = nil
            return header.size
        }
        guard header.isContinued, header.remaining == open.remaining else {
            _ = stop(
                .invalid, segment.name, LogSequenceNumber(address),
                "\(open.remaining) bytes more of the record at \(LogSequenceNumber(open.start))",
                header.isContinued ? "\(header.remaining)" : "another record")
            return nil
        }
        return header.size
    }

    // MARK: Records

    private mutating func readRecords(
        _ page: [UInt8], _ offset: inout Int, _ address: UInt64, _ segment: Segment
    ) {
        while offset < Self.pageSize {
            if record == nil {
                guard let begun = beginRecord(page, &offset, address, segment) else { return }
                record = begun
            }
            guard let open = record else { return }
            let count = min(Int(open.remaining), Self.pageSize - offset)
            record?.take(page.span.bytes.extracting(offset..<offset + count))
            offset += count
            guard let read = record, read.remaining == 0 else { return }
            record = nil
            guard end(read, at: address + UInt64(offset), segment) else { return }
        }
    }

    /// The record that begins at `offset`; nil when there is none, or none that counts.
    private mutating func beginRecord(
        _ page: [UInt8], _ offset: inout Int, _ address: UInt64, _ segment: Segment
    ) -> WALRecord? {
        offset = (offset + 7) / 8 * 8
        guard offset + 8 <= Self.pageSize else { return nil }
        let start = address + UInt64(offset)
        if soundFrom == nil { soundFrom = LogSequenceNumber(start) }
        if let end = segment.range?.end.position, start >= end { complete(segment.name.timeline) }
        var reader = BinaryReader(page, at: offset)
        let size: UInt32 = reader.take()
        if isStrict, size == 0 {
            _ = stopEmpty(from: LogSequenceNumber(start))
            return nil
        }
        if isBeyond, size == 0 {
            _ = stop()
            return nil
        }
        guard size >= WALRecord.headerSize, size <= WALRecord.largest else {
            _ = stop(
                .invalid, segment.name, LogSequenceNumber(start), "a record",
                size == 0 ? "nothing" : "one of \(size) bytes")
            return nil
        }
        return WALRecord(at: start, size: size)
    }

    private mutating func end(_ record: WALRecord, at end: UInt64, _ segment: Segment) -> Bool {
        let lsn = LogSequenceNumber(record.start)
        guard record.computedCRC == record.statedCRC else {
            return stop(
                .invalid, segment.name, lsn, "a record with CRC \(String(record.computedCRC, radix: 16))",
                String(record.statedCRC, radix: 16))
        }
        guard previous == nil || previous == record.previous else {
            return stop(
                .invalid, segment.name, lsn, "a record after \(LogSequenceNumber(previous ?? 0))",
                "one after \(LogSequenceNumber(record.previous))")
        }
        previous = record.start
        let aligned = (end + 7) / 8 * 8
        if !isBeyond {
            soundUpTo = LogSequenceNumber(aligned)
            soundRecords += 1
            remember(record, end: aligned)
        }
        if let rangeEnd = segment.range?.end.position, aligned >= rangeEnd {
            complete(segment.name.timeline)
        }
        if record.isSwitch { progress = .skippingSegment }
        return !record.isSwitch
    }

    private mutating func remember(_ record: WALRecord, end: UInt64) {
        if let start = record.endedBackup, backupEnds.count < 64 {
            backupEnds[start] = LogSequenceNumber(end)
        }
        guard !isStrict else { return }
        for block in record.images(majorVersion: majorVersion ?? 18) {
            if images.count < Self.imageLimit {
                images.insert(block.hashValue)
            } else {
                hasForgottenImages = true
            }
        }
    }

    private mutating func complete(_ timeline: UInt32) {
        completed.insert(timeline)
        isBeyond = true
    }

    // MARK: Faults

    private mutating func stop(
        _ kind: WALFault.Kind, _ name: WALFileName, _ lsn: LogSequenceNumber, _ expected: String,
        _ found: String
    ) -> Bool {
        if isBeyond {
            beyond =
                beyond
                ?? WALFault(kind: kind, segment: name, position: lsn, expected: expected, found: found)
            return stop()
        }
        // Without a range nobody knows where WAL that counts ends, so its end is no fault.
        if ranges != nil || isStrict || kind == .foreign { fault(kind, name, lsn, expected, found) }
        return stop()
    }

    private mutating func stopEmpty(from lsn: LogSequenceNumber) -> Bool {
        emptyFrom = lsn
        return stop()
    }

    private mutating func stop() -> Bool {
        progress = .done
        record = nil
        return false
    }

    private mutating func fault(
        _ kind: WALFault.Kind, _ name: WALFileName, _ lsn: LogSequenceNumber, _ expected: String,
        _ found: String
    ) {
        guard faults.count < 100 else { return }
        faults.append(WALFault(kind: kind, segment: name, position: lsn, expected: expected, found: found))
    }
}
