// SPDX-License-Identifier: Apache-2.0

/// Reads WAL segment by segment and checks every record that recovery from a backup needs.
///
/// Fed in the order of the segments, in pieces of any size. Of each page the header is checked, of each record
/// its length, its link to the one before it and its CRC (src/backend/access/transam/xlogreader.c). Memory is
/// bounded: records are summed, not kept. It is a value: a copy goes on from where the original stands.
public struct WALReader: Sendable {
    static let pageSize = 8192
    /// In bytes: the pages of WAL that can be read, `XLOG_BLCKSZ` unless PostgreSQL was built otherwise.
    public static let blockSize = UInt32(pageSize)

    /// Whether every segment must hold records to its end or to a switch, whatever recovery needs.
    private let isStrict: Bool
    private var need: WALNeed
    private var course = WALCourse()
    private var pages: WALPageSequence
    private var records = WALRecordChain()
    private var sound: SoundWAL
    private var faultLog: WALFaultLog
    /// In bytes, as the first segment has it; nil before that.
    private var segmentSize: UInt32?
    private var segment: OpenWALSegment?
    /// Up to which position in WAL pages were read before reading ended.
    private var reached: UInt64 = 0
    /// As much as came of the page that is being filled.
    private var page: [UInt8] = []
    /// When strict: where there was no further record, but zeros.
    private(set) var emptyFrom: LogSequenceNumber?

    /// Reads what a backup needs: `ranges` are the manifest's; without them it reads from the first record on.
    public init(ranges: [WALRange]?, systemIdentifier: UInt64?) {
        isStrict = false
        need = WALNeed(ranges)
        pages = WALPageSequence(systemIdentifier: systemIdentifier)
        sound = SoundWAL(remembersImages: true)
        faultLog = WALFaultLog(mayEnd: ranges == nil)
    }

    /// For segments that stand alone, as in an archive; images are not remembered.
    init(strictFor systemIdentifier: UInt64?, mark: LogSequenceNumber? = nil) {
        isStrict = true
        need = WALNeed(nil)
        pages = WALPageSequence(systemIdentifier: systemIdentifier)
        sound = SoundWAL(remembersImages: false, mark: mark)
        faultLog = WALFaultLog(mayEnd: false)
    }

    // MARK: Segments

    /// Begins with a segment; one that cannot be of this name and size is a fault.
    public mutating func beginSegment(_ name: WALFileName, size: UInt64) {
        page.removeAll(keepingCapacity: true)
        segment = nil
        guard segmentSize.map(UInt64.init(_:)) ?? size == size,
            let opened = OpenWALSegment(name, size: size, of: need)
        else {
            let expected = "a segment of \(segmentSize.map { "\($0)" } ?? "2^n") bytes"
            return faultLog.add(
                WALFault(
                    kind: .invalid, segment: name, position: LogSequenceNumber(0), expected: expected,
                    found: "\(size) bytes"))
        }
        (segment, segmentSize) = (opened, opened.size)
        guard opened.isNeeded else { return }
        need.note(name)
        guard !course.come(to: opened, hasRanges: need.isKnown) else { return }
        if opened.base > reached { sound.noteGap() }
        records.restart()
        pages.restart()
    }

    /// Takes the next bytes of the segment, in pieces of any size.
    public mutating func receive(_ bytes: RawSpan) {
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
        let size = 40
        guard let segment, page.count < size else { return }
        let missing = min(size - page.count, bytes.byteCount)
        bytes.extracting(first: missing).withUnsafeBytes { page.append(contentsOf: $0) }
        guard page.count == size else { return }
        let header = WALPageHeader(page)
        guard header.isLong, header.majorVersion != nil else { return }
        if let fault = pages.checkCluster(header, of: segment) { faultLog.add(fault) }
    }

    /// Ends the segment; bytes of a page that is not whole are forgotten.
    public mutating func endSegment() {
        segment = nil
        page.removeAll(keepingCapacity: true)
    }

    // MARK: Pages and records

    private mutating func takePage() {
        guard let address = segment?.advance(), let segment else { return }
        var page: [UInt8] = []
        swap(&page, &self.page)
        defer {
            page.removeAll(keepingCapacity: true)
            swap(&page, &self.page)
        }
        guard !course.isDone else { return }
        do throws(WALHalt) {
            try read(page, at: address, in: segment)
            reached = address + UInt64(Self.pageSize)
        } catch {
            stop(error, in: segment.name)
        }
    }

    private mutating func read(
        _ page: [UInt8], at address: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) {
        let header = WALPageHeader(page)
        if try course.leavesOut(page, header, at: address) { return }
        guard course.passes(address, of: segment) else { return }
        if isStrict, header.magic == 0, address > segment.base { throw .empty(at: address) }
        try pages.check(header, at: address, in: segment)
        guard course.wants(address, of: segment) else { return }
        let first =
            course.isLookingForRecord
            ? try course.findRecord(header, at: address, in: segment)
            : try records.firstOffset(on: header, at: address)
        if let first { try readRecords(page, from: first, at: address, in: segment) }
    }

    private mutating func readRecords(
        _ page: [UInt8], from first: Int, at address: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) {
        var offset = first
        while offset < Self.pageSize {
            if records.open == nil {
                offset = (offset + 7) / 8 * 8
                guard offset + 8 <= Self.pageSize else { return }
                try beginRecord(page, offset, at: address + UInt64(offset), in: segment)
            }
            guard let record = records.take(page, &offset) else { return }
            try end(record, at: address + UInt64(offset), in: segment)
            if record.isSwitch { return }
        }
    }

    private mutating func beginRecord(
        _ page: [UInt8], _ offset: Int, at start: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) {
        sound.begin(at: start)
        passEnd(of: segment, at: start)
        var reader = BinaryReader(page, at: offset)
        let size: UInt32 = reader.take()
        if isStrict, size == 0 { throw .empty(at: start) }
        if course.isBeyond, size == 0 { throw .end }
        guard size >= WALRecord.headerSize, size <= WALRecord.largest else {
            throw .invalid(at: start, "a record", size == 0 ? "nothing" : "one of \(size) bytes")
        }
        records.begin(WALRecord(at: start, size: size))
    }

    private mutating func end(
        _ record: WALRecord, at end: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) {
        try records.check(record)
        // A switch record takes up all that is left of its segment (`XLogDecodeNextRecord` in xlogreader.c).
        let aligned = record.isSwitch ? segment.end : (end + 7) / 8 * 8
        if !course.isBeyond { sound.add(record, end: aligned, majorVersion: majorVersion ?? 18) }
        passEnd(of: segment, at: aligned)
        if record.isSwitch { course.skipSegment() }
    }

    private mutating func passEnd(of segment: OpenWALSegment, at position: UInt64) {
        guard let end = segment.range?.end.position, position >= end else { return }
        need.complete(segment.name.timeline)
        course.passEnd()
    }

    /// Reads no further; what is wrong is kept where recovery needs the WAL.
    private mutating func stop(_ halt: WALHalt, in segment: WALFileName) {
        switch halt {
        case .fault(let kind, let position, let expected, let found):
            let fault = WALFault(
                kind: kind, segment: segment, position: LogSequenceNumber(position), expected: expected,
                found: found)
            faultLog.add(fault, isBeyond: course.isBeyond)
        case .segment(let fault): faultLog.add(fault)
        case .empty(let position): emptyFrom = LogSequenceNumber(position)
        case .end: break
        }
        course.stop()
        records.giveUp()
    }
}

// What came of it.
extension WALReader {
    /// What is wrong with the WAL that is needed, at most 100 things.
    public var faults: [WALFault] { faultLog.needed }

    /// Whether anything is wrong with the WAL that is needed.
    public var hasFaults: Bool { !faults.isEmpty }

    /// The first thing that is wrong after the end of a range, in its last segment: recovery of the backup does
    /// not need it.
    public var beyond: WALFault? { faultLog.beyond }

    /// Whether it reads no further, whatever segments come: what it needs has ended, or cannot be read on.
    public var isDone: Bool { course.isDone }

    /// The cluster's, as the first segment says unless it was known; nil before that.
    public var systemIdentifier: UInt64? { pages.systemIdentifier }

    /// Of the PostgreSQL that wrote it; nil before the first page.
    public var majorVersion: Int? { pages.majorVersion }

    /// Up to where records were read and were sound, without a gap.
    public var soundUpTo: LogSequenceNumber? { sound.upTo }

    /// Where the last record begins that is sound to its end.
    public var lastSoundRecord: LogSequenceNumber? { sound.lastRecord }

    /// Whether every record from one position up to another was read and is sound, without a gap.
    public func reaches(from start: LogSequenceNumber, upTo end: LogSequenceNumber) -> Bool {
        sound.reaches(from: start, upTo: end)
    }

    /// How many records of what is needed were sound.
    public var soundRecords: UInt64 { sound.records }

    /// What the records do that were read and are needed.
    public var events: WALEventLog {
        var events = sound.events
        events.cut = records.open.map { CutWALRecord($0.kind) }
        return events
    }

    /// Whether there were more images than are remembered.
    public var hasForgottenImages: Bool { sound.hasForgottenImages }

    /// Whether the WAL that was read holds an image that replaces this block as a whole.
    public func hasImage(of block: BlockReference) -> Bool { sound.hasImage(of: block) }

    /// Where a record of a tablespace begins whose end has not come.
    public var openTablespaceRecord: LogSequenceNumber? {
        records.open.flatMap { $0.isOfTablespace ? LogSequenceNumber($0.start) : nil }
    }

    /// How many bytes of a record's header came before the end, when its manager was not among them.
    var openHeader: WALOpenHeader? {
        records.open.flatMap { record in
            record.headerCount > 17
                ? nil : WALOpenHeader(position: LogSequenceNumber(record.start), count: record.headerCount)
        }
    }

    /// Whether it takes recovery to the end of the backup; `start` is what the backup's label says, and ranges of a
    /// manifest go before it.
    public func outcome(start: LogSequenceNumber?) -> WALOutcome {
        need.outcome(start: start, sound, hasFaults: hasFaults, segmentSize: segmentSize)
    }
}
