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
    /// How many blocks with a full-page image are remembered.
    static let imageLimit = 1 << 20

    /// Nil when nobody says what recovery needs: then it reads from the first record on.
    let ranges: [WALRange]?
    /// What is wrong with the WAL that is needed, at most 100 things.
    public internal(set) var faults: [WALFault] = []
    var seen: Set<WALFileName> = []
    var segmentSize: UInt32?
    /// The cluster's, as the first segment says unless it was known; nil before that.
    public internal(set) var systemIdentifier: UInt64?
    /// Of the PostgreSQL that wrote it; nil before the first page.
    public internal(set) var majorVersion: Int?
    /// Up to where records were read and were sound, without a gap.
    public internal(set) var soundUpTo: LogSequenceNumber?
    /// How many records of what is needed were sound.
    public internal(set) var soundRecords: UInt64 = 0
    /// Where it began to read.
    var soundFrom: LogSequenceNumber?
    /// Ranges that were read to their end.
    var completed: Set<UInt32> = []
    /// The first thing that is wrong after the end of a range, in its last segment: recovery of the backup does
    /// not need it.
    public internal(set) var beyond: WALFault?
    var isBeyond = false
    /// Where backups ended, by where they started.
    var backupEnds: [LogSequenceNumber: LogSequenceNumber] = [:]
    /// What the records do that were read and are needed.
    public internal(set) var events = WALEventLog()
    var images: Set<Int> = []
    /// Whether there were more images than are remembered.
    public internal(set) var hasForgottenImages = false

    /// Whether every segment must hold records to its end or to a switch, whatever recovery needs.
    let isStrict: Bool
    /// When strict: where there was no further record, but zeros.
    var emptyFrom: LogSequenceNumber?

    var segment: Segment?
    var page: [UInt8] = []
    var progress = Progress.searching
    var record: WALRecord?
    var previous: UInt64?
    /// The last page whose header was sound, of the segments that follow one another.
    var newest: (address: UInt64, timeline: UInt32)?
    /// The timeline whose range is being read, and its next segment.
    var expected: (timeline: UInt32, number: UInt64)?

    struct Segment: Sendable {
        var name: WALFileName
        var base: UInt64
        var range: WALRange?
        var isNeeded: Bool
        var position: UInt64 = 0
        var hasFault = false
    }

    enum Progress: Sendable {
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

    /// Whether anything is wrong with the WAL that is needed.
    public var hasFaults: Bool { !faults.isEmpty }

    /// Whether it reads no further, whatever segments come: what it needs has ended, or cannot be read on.
    public var isDone: Bool {
        guard case .done = progress else { return false }
        return true
    }

    /// Whether the WAL that was read holds an image that replaces this block as a whole.
    public func hasImage(of block: BlockReference) -> Bool { images.contains(block.hashValue) }
}
