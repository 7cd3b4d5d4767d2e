// SPDX-License-Identifier: Apache-2.0

/// Checks one segment of WAL that stands alone, as an archive hands it out.
///
/// The segment must be as long as its first page says, its pages must be of the position and timeline that its
/// name says, and every record that begins and ends in it must be sound, up to its end or to a switch. A
/// record that comes from the segment before cannot be summed here: recovery does that.
public struct WALSegmentCheck: Sendable {
    private let name: WALFileName
    private let expectedSize: UInt32?
    private var reader: WALReader
    /// The first bytes, until there are enough to tell how long the segment is.
    private var head: [UInt8] = []
    private var size: UInt32?
    private var count: UInt64 = 0
    /// How many bytes there are up to the last that is not zero.
    private var used: UInt64 = 0
    private var ownFault: WALFault?
    /// The page that is being read.
    private var page: [UInt8] = []
    /// How many came before it.
    private var pages: UInt64 = 0
    /// Set once the sound records end.
    private var tail: WALTail?

    private static let headSize = 40

    /// `segmentSize` and `systemIdentifier` are those of the cluster, when they are known; `mark` is a position that
    /// the log of events tells about.
    public init(
        _ name: WALFileName, segmentSize: UInt32? = nil, systemIdentifier: UInt64? = nil,
        mark: LogSequenceNumber? = nil
    ) {
        (self.name, expectedSize) = (name, segmentSize)
        reader = WALReader(strictFor: systemIdentifier, mark: mark)
    }

    /// Whether more bytes can change nothing any more.
    ///
    /// Behind a fault it is still open whether WAL ended there.
    public var hasFault: Bool { ownFault != nil || tail?.isBare == false }

    /// Takes the next bytes of the segment, in pieces of any size.
    public mutating func receive(_ bytes: RawSpan) {
        guard ownFault == nil, bytes.byteCount > 0 else { return }
        note(bytes)
        guard size == nil else { return pass(bytes) }
        let missing = min(Self.headSize - head.count, bytes.byteCount)
        bytes.extracting(first: missing).withUnsafeBytes { head.append(contentsOf: $0) }
        guard head.count == Self.headSize, begin() else { return }
        let first = head
        pass(first.span.bytes)
        pass(bytes.extracting(droppingFirst: missing))
    }

    /// Where WAL ends, if this can be a segment that it ends in.
    ///
    /// It can when nothing follows its sound records that was written as part of it, or the file itself ends there. Nil
    /// for a whole segment, and for a damaged one. `isCutShort` tells that the bytes ended before their own end, as those of half a compressed file do.
    public func end(isCutShort: Bool = false) -> WALSegmentEnd? {
        guard ownFault == nil else { return nil }
        guard let size else { return count < Self.headSize ? WALSegmentEnd() : nil }
        let isShort = count < size || isCutShort && count <= size
        guard count <= size, isShort || tail != nil, tail?.isBare != false,
            reader.faults.allSatisfy({ $0.kind == .invalid })
        else { return nil }
        let facts = facts(size, isShort && tail == nil ? readerOfCutPage : reader)
        return WALSegmentEnd(
            facts: facts, position: facts.soundUpTo ?? LogSequenceNumber(base(size)))
    }

    /// What is there of a segment for a recovery that ends in its sound records, whatever comes behind them; nil where it does
    /// not end there.
    ///
    /// Recovery ends behind the record that begins at `goal`, or first after it, and reads no further (`recoveryStopsAfter` in
    /// src/backend/access/transam/xlogrecovery.c).
    public func end(behind goal: LogSequenceNumber) -> WALSegmentEnd? {
        guard let size, goal.position >= base(size), reader.faults.allSatisfy({ $0.kind == .invalid }),
            ownFault.map({ $0.kind == .invalid }) ?? true
        else { return nil }
        guard let last = reader.lastSoundRecord, last >= goal, let end = reader.soundUpTo else { return nil }
        return WALSegmentEnd(facts: facts(size, reader), position: end)
    }

    /// With what came of the page that was cut.
    private var readerOfCutPage: WALReader {
        var reader = reader
        let rest = [UInt8](repeating: 0, count: page.isEmpty ? 0 : WALReader.pageSize - page.count)
        reader.receive(rest.span.bytes)
        return reader
    }

    private func facts(_ size: UInt32, _ reader: WALReader) -> WALSegmentFacts {
        WALSegmentFacts(
            systemIdentifier: reader.systemIdentifier ?? 0, segmentSize: size,
            majorVersion: reader.majorVersion ?? 0, soundUpTo: reader.soundUpTo, events: reader.events,
            openTablespaceRecord: reader.openTablespaceRecord, openHeader: reader.openHeader)
    }

    /// What the segment is once its bytes have ended.
    public consuming func finish() -> WALSegmentVerdict {
        guard let size else {
            return .faulty(
                ownFault ?? fault(.invalid, at: 0, "a segment of WAL", "\(count) bytes"), offset: 0)
        }
        if let fault = reader.faults.first ?? ownFault {
            return .faulty(fault, offset: fault.position.position &- base(size))
        }
        guard count == size else {
            let end = min(count, UInt64(size))
            let fault = fault(.invalid, at: end, "a segment of \(size) bytes", "\(count)")
            return .faulty(fault, offset: end)
        }
        let facts = facts(size, reader)
        guard let empty = reader.emptyFrom else { return .sound(facts) }
        let offset = empty.position - base(size)
        guard used > offset else { return .unfinished(facts, from: empty) }
        let found = "none, and more bytes up to \(used)"
        return .faulty(fault(.invalid, at: offset, "a record", found), offset: offset)
    }

    /// What comes after the last zero matters only where the records end early.
    private mutating func note(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { all in
            if let last = all.lastIndex(where: { $0 != 0 }) { used = count + UInt64(last) + 1 }
        }
        count += UInt64(bytes.byteCount)
        if let size, count > UInt64(size) {
            ownFault = fault(.invalid, at: UInt64(size), "a segment of \(size) bytes", "more")
        }
    }

    private mutating func begin() -> Bool {
        let header = WALPageHeader(head)
        let stated = header.isLong && header.majorVersion != nil ? header.segmentSize : 0
        guard WALFileName.isSegmentSize(UInt64(stated)) else {
            ownFault = fault(
                .invalid, at: 0, "the first page of a segment of PostgreSQL 12 to 18",
                "magic \(String(header.magic, radix: 16))")
            return false
        }
        guard expectedSize == nil || expectedSize == stated else {
            ownFault = fault(
                .foreign, at: 0, "a segment of \(expectedSize ?? 0) bytes", "one of \(stated)")
            return false
        }
        size = stated
        reader.beginSegment(name, size: UInt64(stated))
        return true
    }

    private mutating func pass(_ bytes: RawSpan) {
        guard ownFault == nil, let size else { return }
        var rest = bytes
        while rest.byteCount > 0, !hasFault {
            let piece = rest.extracting(first: min(rest.byteCount, WALReader.pageSize - page.count))
            piece.withUnsafeBytes { page.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: piece.byteCount)
            if tail == nil { reader.receive(piece) }
            if page.count == WALReader.pageSize { endPage(size) }
        }
    }

    private mutating func endPage(_ size: UInt32) {
        let address = base(size) + pages * UInt64(WALReader.pageSize)
        pages += 1
        if tail != nil {
            tail?.receive(page, at: address)
        } else if let end = reader.emptyFrom ?? reader.faults.first?.position {
            tail = WALTail(behind: end.position, in: page, at: address)
        }
        page.removeAll(keepingCapacity: true)
    }

    private func base(_ size: UInt32) -> UInt64 { (name.number(size: size) ?? 0) * UInt64(size) }

    private func fault(
        _ kind: WALFault.Kind, at offset: UInt64, _ expected: String, _ found: String
    ) -> WALFault {
        let position = LogSequenceNumber((size.map(base) ?? 0) &+ offset)
        return WALFault(kind: kind, segment: name, position: position, expected: expected, found: found)
    }
}

/// What a segment of WAL is.
public enum WALSegmentVerdict: Sendable, Equatable {
    case sound(WALSegmentFacts)
    /// From here on it holds zeros: WAL ended here when it was copied.
    case unfinished(WALSegmentFacts, from: LogSequenceNumber)
    /// `offset` is the fault's place in the segment, in bytes.
    case faulty(WALFault, offset: UInt64)
}

/// What a segment of WAL says of itself.
public struct WALSegmentFacts: Sendable, Equatable {
    /// The cluster's that wrote it.
    public var systemIdentifier: UInt64
    /// In bytes.
    public var segmentSize: UInt32
    /// Of the PostgreSQL that wrote it.
    public var majorVersion: Int
    /// Where the last record that ends here ends; nil when none does.
    public var soundUpTo: LogSequenceNumber?
    /// What the records do that begin and end here.
    public var events = WALEventLog()
    /// Where a record of a tablespace begins that ends in the next segment.
    public var openTablespaceRecord: LogSequenceNumber?
    /// A record that begins here and of which only the next segment says what it is.
    public var openHeader: WALOpenHeader?
}
