// SPDX-License-Identifier: Apache-2.0

/// What stands before the records of each page of WAL.
///
/// `XLogPageHeaderData` and `XLogLongPageHeaderData` in src/include/access/xlog_internal.h.
struct WALPageHeader {
    private enum Flag {
        static let firstIsContinued: UInt16 = 0x0001
        static let isLong: UInt16 = 0x0002
        static let firstIsOverwritten: UInt16 = 0x0008
        static let all: UInt16 = 0x000F
    }

    var magic: UInt16
    private var info: UInt16
    var timeline: UInt32
    var address: UInt64
    /// How many bytes of a record of earlier pages are still to come.
    var remaining: UInt32
    /// Of the first page of a segment.
    var systemIdentifier: UInt64 = 0
    var segmentSize: UInt32 = 0
    var blockSize: UInt32 = 0

    init(_ page: [UInt8]) {
        var reader = BinaryReader(page)
        (magic, info) = (reader.take(), reader.take())
        (timeline, address, remaining) = (reader.take(), reader.take(), reader.take())
        guard isLong else { return }
        (systemIdentifier, segmentSize, blockSize) = (reader.take(), reader.take(), reader.take())
    }

    var isLong: Bool { info & Flag.isLong != 0 }
    var isContinued: Bool { info & Flag.firstIsContinued != 0 }
    /// A record of earlier pages was given up, and another follows instead.
    var isOverwritten: Bool { info & Flag.firstIsOverwritten != 0 }
    var hasUnknownFlags: Bool { info & ~Flag.all != 0 }

    /// In bytes.
    var size: Int { isLong ? 40 : 24 }

    /// The major version of PostgreSQL that writes such pages (`XLOG_PAGE_MAGIC`); nil when it is not known.
    var majorVersion: Int? {
        switch magic {
        case 0xD101: 12
        case 0xD106: 13
        case 0xD10D: 14
        case 0xD110: 15
        case 0xD113: 16
        case 0xD116: 17
        case 0xD118: 18
        default: nil
        }
    }
}
