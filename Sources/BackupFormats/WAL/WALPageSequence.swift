// SPDX-License-Identifier: Apache-2.0

/// The headers of pages that follow one another: whether they are of one cluster and along one history.
struct WALPageSequence: Sendable {
    /// The cluster's, as the first segment says unless it was known; nil before that.
    private(set) var systemIdentifier: UInt64?
    /// Of the PostgreSQL that wrote it; nil before the first page.
    private(set) var majorVersion: Int?
    /// The last page whose header was sound.
    private var newest: (address: UInt64, timeline: UInt32)?

    init(systemIdentifier: UInt64?) { self.systemIdentifier = systemIdentifier }

    /// Begins anew with pages that do not follow those before them.
    mutating func restart() { newest = nil }

    /// Checks the header of the page at a position.
    mutating func check(
        _ header: WALPageHeader, at address: UInt64, in segment: OpenWALSegment
    ) throws(WALHalt) {
        guard let version = header.majorVersion, majorVersion == nil || majorVersion == version else {
            throw .invalid(at: address, "a WAL page", "magic \(String(header.magic, radix: 16))")
        }
        majorVersion = version
        guard !header.hasUnknownFlags, header.isLong == (address == segment.base) else {
            throw .invalid(at: address, "the header of such a page", "other flags")
        }
        if header.isLong, let fault = checkCluster(header, of: segment) { throw .segment(fault) }
        guard header.address == address else {
            let found = LogSequenceNumber(header.address)
            throw .invalid(at: address, "a page of \(LogSequenceNumber(address))", "one of \(found)")
        }
        try checkTimeline(header, segment.name.timeline)
        newest = (address, header.timeline)
    }

    private func checkTimeline(_ header: WALPageHeader, _ timeline: UInt32) throws(WALHalt) {
        let found = "timeline \(header.timeline)"
        guard header.timeline > 0, header.timeline <= timeline else {
            throw .foreign(at: header.address, "timeline \(timeline)", found)
        }
        // Along one history timelines only grow (`out-of-sequence timeline` in xlogreader.c).
        if let newest, header.address > newest.address, header.timeline < newest.timeline {
            throw .foreign(at: header.address, "timeline \(newest.timeline) or later", found)
        }
    }

    /// Checks whether the first page of a segment is of the cluster, which the very first one names.
    mutating func checkCluster(_ header: WALPageHeader, of segment: OpenWALSegment) -> WALFault? {
        func fault(_ kind: WALFault.Kind, _ expected: String, _ found: String) -> WALFault {
            WALFault(
                kind: kind, segment: segment.name, position: LogSequenceNumber(segment.base),
                expected: expected, found: found)
        }
        if let expected = systemIdentifier, expected != header.systemIdentifier {
            return fault(.foreign, "system identifier \(expected)", "\(header.systemIdentifier)")
        }
        systemIdentifier = header.systemIdentifier
        guard header.segmentSize == segment.size, header.blockSize == WALReader.blockSize else {
            return fault(
                .invalid, "segments of \(segment.size) bytes in pages of \(WALReader.blockSize)",
                "\(header.segmentSize) and \(header.blockSize)")
        }
        return nil
    }
}
