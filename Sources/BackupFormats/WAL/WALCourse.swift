// SPDX-License-Identifier: Apache-2.0

/// Where reading stands among segments and pages: what it looks for, and whether what is needed has ended.
struct WALCourse: Sendable {
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

    private var progress = Progress.searching
    /// The timeline whose range is being read, and its next segment.
    private var expected: (timeline: UInt32, number: UInt64)?
    /// Whether what is needed was read to its end.
    private(set) var isBeyond = false

    var isDone: Bool { if case .done = progress { true } else { false } }

    private var isReading: Bool {
        switch progress {
        case .done, .skippingSegment: false
        case .searching, .synchronising, .reading: true
        }
    }

    /// Whether the first record has still to be found.
    var isLookingForRecord: Bool {
        switch progress {
        case .searching, .synchronising: true
        case .reading, .skippingSegment, .done: false
        }
    }

    // MARK: Moves

    /// Comes to a segment; false when it does not go on where the last one ended.
    mutating func come(to segment: OpenWALSegment, hasRanges: Bool) -> Bool {
        let (timeline, number) = (segment.name.timeline, segment.number)
        defer { expected = (timeline, number + 1) }
        if let expected, expected == (timeline, number) {
            if case .skippingSegment = progress { progress = .reading }
            return true
        }
        let isFirst = expected?.timeline != timeline
        progress = isFirst && hasRanges ? .searching : .synchronising
        isBeyond = false
        return false
    }

    /// What is needed ends here.
    mutating func passEnd() { isBeyond = true }

    /// A switch leaves the rest of the segment unused.
    mutating func skipSegment() { progress = .skippingSegment }

    mutating func stop() { progress = .done }

    // MARK: Pages

    /// Whether a page is to be read, for its records or as the first one, which names the cluster.
    func passes(_ address: UInt64, of segment: OpenWALSegment) -> Bool {
        wants(address, of: segment) || address == segment.base && isReading
    }

    /// Whether a page lies in what is to be read.
    func wants(_ address: UInt64, of segment: OpenWALSegment) -> Bool {
        guard isReading else { return false }
        guard let range = segment.range, !isBeyond else { return true }
        return address + UInt64(WALReader.pageSize) > range.start.position
            && address < range.end.position
    }

    /// Whether a page is unused, behind the end of what is needed; throws when nothing follows that was written as WAL.
    ///
    /// PostgreSQL fills a segment with zeros after a switch; else the rest of it is of an older segment, whose
    /// file it uses again.
    func leavesOut(_ page: [UInt8], _ header: WALPageHeader, at address: UInt64) throws(WALHalt) -> Bool {
        guard isBeyond else { return false }
        let isEmpty = page.allSatisfy { $0 == 0 }
        if case .skippingSegment = progress {
            guard isEmpty else { throw .invalid(at: address, "zeros after a switch", "other bytes") }
            return true
        }
        guard isEmpty || header.majorVersion != nil && header.address < address else { return false }
        throw .end
    }

    /// Where the first record that counts begins on a page; nil when none begins there.
    mutating func findRecord(
        _ header: WALPageHeader, at address: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) -> Int? {
        let remaining = header.isContinued ? Int(header.remaining) : 0
        let skipped = (header.size + remaining + 7) / 8 * 8
        guard case .searching = progress, segment.range.map({ $0.start.position >= address }) ?? true else {
            guard skipped < WALReader.pageSize else { return nil }
            progress = .reading
            return skipped
        }
        let start = segment.range?.start.position ?? address
        let offset = max(header.size, Int(start - address))
        guard !header.isContinued || offset >= skipped else { throw .beginsWithin(address) }
        progress = .reading
        return offset
    }
}
