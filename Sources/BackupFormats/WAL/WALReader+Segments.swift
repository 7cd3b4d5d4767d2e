// SPDX-License-Identifier: Apache-2.0

// Which segments count, and how one goes on where another ended.
extension WALReader {
    /// Begins with a segment; one that cannot be of this name and size is a fault.
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
    mutating func continueOrSynchronise(_ timeline: UInt32, _ number: UInt64) {
        defer { expected = (timeline, number + 1) }
        if let expected, expected == (timeline, number) {
            if case .skippingSegment = progress { progress = .reading }
            return
        }
        let isFirst = expected?.timeline != timeline
        (record, previous, newest, isBeyond) = (nil, nil, nil, false)
        progress = isFirst && ranges != nil ? .searching : .synchronising
    }

    /// Takes the next bytes of the segment, in pieces of any size.
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
    mutating func takeHeaderOnly(_ bytes: RawSpan) {
        guard let name = segment?.name, segment?.position == 0, page.count < 40 else { return }
        let missing = min(40 - page.count, bytes.byteCount)
        bytes.extracting(first: missing).withUnsafeBytes { page.append(contentsOf: $0) }
        guard page.count == 40 else { return }
        let header = WALPageHeader(page)
        guard header.isLong, header.majorVersion != nil else { return }
        checkCluster(header, name)
    }

    /// Ends the segment; bytes of a page that is not whole are forgotten.
    public mutating func endSegment() {
        segment = nil
        page.removeAll(keepingCapacity: true)
    }
}
