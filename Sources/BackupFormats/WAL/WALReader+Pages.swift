// SPDX-License-Identifier: Apache-2.0

// Which pages of a segment count, and whether their headers are sound.
extension WALReader {
    mutating func takePage() {
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
    func isWanted(_ address: UInt64, _ segment: Segment) -> Bool {
        guard isReading else { return false }
        guard let range = segment.range, !isBeyond else { return true }
        return address + UInt64(Self.pageSize) > range.start.position && address < range.end.position
    }

    /// Whether nothing follows that was written as WAL, after the end of what is needed.
    ///
    /// PostgreSQL fills a segment with zeros after a switch; else the rest of it is of an older segment, whose
    /// file it uses again.
    mutating func isEndOfWAL(
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

    var isReading: Bool {
        switch progress {
        case .done, .skippingSegment: false
        case .searching, .synchronising, .reading: true
        }
    }

    mutating func check(_ header: WALPageHeader, _ address: UInt64, _ segment: Segment) -> Bool {
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
        // Along one history timelines only grow (`out-of-sequence timeline` in xlogreader.c).
        if let newest, address > newest.address, header.timeline < newest.timeline {
            return stop(
                .foreign, name, lsn, "timeline \(newest.timeline) or later", "timeline \(header.timeline)")
        }
        newest = (address, header.timeline)
        return true
    }

    @discardableResult
    mutating func checkCluster(_ header: WALPageHeader, _ name: WALFileName) -> Bool {
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
    mutating func firstOffset(
        _ header: WALPageHeader, _ address: UInt64, _ segment: Segment
    ) -> Int? {
        let remaining = header.isContinued ? Int(header.remaining) : 0
        let skipped = (header.size + remaining + 7) / 8 * 8
        switch progress {
        case .searching where segment.range.map { $0.start.position >= address } ?? true:
            let start = segment.range?.start.position ?? address
            let offset = max(header.size, Int(start - address))
            guard !header.isContinued || offset >= skipped else {
                return beginsWithin(address, segment)
            }
            progress = .reading
            return offset
        case .searching, .synchronising:
            guard skipped < Self.pageSize else { return nil }
            progress = .reading
            return skipped
        default: break
        }
        guard let open = record else {
            return header.isContinued
                ? beginsWithin(address, segment) : header.size
        }
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

    /// A page that goes on with a record where one has to begin: PostgreSQL will not read from there (`contrecord is
    /// requested` in xlogreader.c).
    private mutating func beginsWithin(_ address: UInt64, _ segment: Segment) -> Int? {
        _ = stop(
            .invalid, segment.name, LogSequenceNumber(address), "a page on which a record begins",
            "the rest of an earlier one")
        return nil
    }
}
