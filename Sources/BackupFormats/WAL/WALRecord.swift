// SPDX-License-Identifier: Apache-2.0
import Digests

/// One record of WAL while its bytes come in; only its first few KiB are kept.
///
/// `XLogRecord` and what follows it, in src/include/access/xlogrecord.h.
struct WALRecord: Sendable {
    static let headerSize = 24
    /// `XLogRecordMaxSize`.
    static let largest: UInt32 = 1020 << 20
    /// Room for the headers of 33 blocks, an origin and a transaction.
    private static let keptLimit = 2048

    let start: UInt64
    let size: UInt32
    private(set) var remaining: UInt32
    private var header: [UInt8] = []
    private var kept: [UInt8] = []
    private var crc = CRC32C()

    init(at start: UInt64, size: UInt32) { (self.start, self.size, remaining) = (start, size, size) }

    mutating func receive(_ bytes: RawSpan) {
        remaining -= UInt32(bytes.byteCount)
        let missing = min(Self.headerSize - header.count, bytes.byteCount)
        bytes.extracting(first: missing).withUnsafeBytes { header.append(contentsOf: $0) }
        let payload = bytes.extracting(droppingFirst: missing)
        guard payload.byteCount > 0 else { return }
        crc.update(payload)
        let room = min(Self.keptLimit - kept.count, payload.byteCount)
        payload.extracting(first: room).withUnsafeBytes { kept.append(contentsOf: $0) }
    }

    var previous: UInt64 { field(8) }
    private var info: UInt8 { field(16) }
    private var manager: UInt8 { field(17) }
    var statedCRC: UInt32 { field(20) }

    /// The CRC is taken over what follows the header, then over the header up to the CRC itself.
    var computedCRC: UInt32 {
        var crc = crc
        crc.update(header.span.bytes.extracting(first: min(20, header.count)))
        return crc.value
    }

    /// `XLOG_SWITCH`: the rest of the segment is not used.
    var isSwitch: Bool { manager == 0 && info & 0xF0 == 0x40 }

    /// Of `XLOG_BACKUP_END`: where the backup that ends here started.
    var endedBackup: LogSequenceNumber? {
        guard manager == 0, info & 0xF0 == 0x50, kept.count == 10, kept[0] == 255, kept[1] == 8 else {
            return nil
        }
        return LogSequenceNumber(kept[2...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private var makesTablespace: Bool { isOfTablespace && info & 0xF0 == 0 }

    /// How many bytes of its header came; the manager is the eighteenth.
    var headerCount: Int { header.count }

    /// Resource manager and info byte; nil before they came.
    var kind: (manager: UInt8, info: UInt8)? { header.count > 17 ? (manager, info) : nil }

    /// Whether it is known to make or drop a tablespace, however little of it came.
    var isOfTablespace: Bool { header.count > 17 && manager == 5 }

    /// What a restore has to know of it; nil for almost every record.
    func event(majorVersion: Int) -> WALEvent? {
        guard WALEvent.mayBe(manager: manager, info: info) else { return nil }
        if manager == 10 { return DatabaseRowInPlace(kept, majorVersion: majorVersion)?.event }
        guard let data = mainData else { return makesTablespace ? .tablespaceUnreadable : nil }
        return .of(
            manager: manager, info: info, transaction: field(4), data: data, majorVersion: majorVersion)
    }

    /// What follows the headers, of a record without blocks, as far as it was kept.
    private var mainData: [UInt8]? {
        mainDataOffset.map { Array(kept[min($0 - Self.headerSize, kept.count)...]) }
    }

    /// Where that begins, from the record's first byte on.
    var mainDataOffset: Int? {
        var position = 0
        while position < kept.count {
            switch kept[position] {
            case 253: position += 3
            case 252: position += 5
            case 255: return Self.headerSize + position + 2
            case 254: return Self.headerSize + position + 5
            default: return nil
            }
        }
        return nil
    }

    private func field<Number: FixedWidthInteger & UnsignedInteger>(_ offset: Int) -> Number {
        var reader = BinaryReader(header, at: offset)
        return reader.take()
    }

    /// The blocks that recovery writes as a whole: by the record's image of them, or by making them anew.
    func images(majorVersion: Int) -> [BlockReference] { BlockReferences(kept, majorVersion).images }
}

/// A block of a relation.
public struct BlockReference: Hashable, Sendable {
    /// An OID, like the database; 1663 is `pg_default`, 1664 `pg_global`.
    public var tablespace: UInt32
    /// 0 for relations that all databases share.
    public var database: UInt32
    /// The number in the file's name.
    public var fileNode: UInt32
    /// 0 main, 1 free space map, 2 visibility map, 3 initialisation.
    public var fork: UInt8
    /// Counted from 0 over all segments of the file.
    public var block: UInt32

    /// A block of a file; `block` counts over all its segments.
    public init(_ file: RelationFile, block: UInt32) {
        (tablespace, database, fileNode) = (file.tablespace, file.database, file.fileNode)
        fork = UInt8(RelationFile.Fork.allCases.firstIndex(of: file.fork) ?? 0)
        self.block = block
    }

    init(_ locator: (UInt32, UInt32, UInt32), fork: UInt8, block: UInt32) {
        (tablespace, database, fileNode) = locator
        (self.fork, self.block) = (fork, block)
    }
}

/// The headers of a record's blocks, which stand one after another without alignment.
private struct BlockReferences {
    private(set) var images: [BlockReference] = []
    private let bytes: [UInt8]
    private var position = 0
    private let hasOldFlags: Bool

    init(_ bytes: [UInt8], _ majorVersion: Int) {
        self.bytes = bytes
        hasOldFlags = majorVersion < 15
        var locator: (UInt32, UInt32, UInt32)?
        while let id = byte(), let isBlock = skipOther(id) {
            guard isBlock else { continue }
            guard takeBlock(&locator) else { break }
        }
    }

    /// Nil where the blocks end, false for something small that may stand between.
    private mutating func skipOther(_ id: UInt8) -> Bool? {
        switch id {
        case 0...32: return true
        case 253: position += 2
        case 252: position += 4
        default: return nil
        }
        return false
    }

    private mutating func takeBlock(_ locator: inout (UInt32, UInt32, UInt32)?) -> Bool {
        guard let flags = byte(), number(2) != nil else { return false }
        var isApplied = false
        if flags & 0x10 != 0 {
            guard number(2) != nil, number(2) != nil, let info = byte() else { return false }
            isApplied = info & (hasOldFlags ? 0x04 : 0x02) != 0
            let isCompressed = info & (hasOldFlags ? 0x02 : 0x1C) != 0
            if isCompressed, info & 0x01 != 0 { position += 2 }
        }
        if flags & 0x80 == 0 {
            guard let tablespace = number(4), let database = number(4), let node = number(4) else {
                return false
            }
            locator = (tablespace, database, node)
        }
        guard let block = number(4), let locator else { return false }
        // `BKPBLOCK_WILL_INIT`: what stood there before is not even read.
        if isApplied || flags & 0x40 != 0 {
            images.append(BlockReference(locator, fork: flags & 0x0F, block: block))
        }
        return true
    }

    private mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func number(_ size: Int) -> UInt32? {
        guard position + size <= bytes.count else { return nil }
        defer { position += size }
        return bytes[position..<position + size].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
