// SPDX-License-Identifier: Apache-2.0
import CPages

/// What the pages of one relation file came to.
public struct PageDamage: Sendable, Equatable {
    /// A page whose checksum is not that of its bytes.
    public struct Page: Sendable, Equatable {
        /// Within its fork, over all segments.
        public var block: UInt32
        /// The WAL position of the page's last change, as the page itself says.
        public var changed: LogSequenceNumber
    }

    /// No more than this many pages of a file are named.
    public static let limit = 4096

    /// Every page that was summed; new ones, all zero, have no checksum.
    public var pages: UInt64 = 0
    /// Whether any page has a checksum at all.
    public var hasChecksums = false
    /// How many pages are not what they were.
    public var count: UInt64 = 0
    /// The first of them.
    public var failing: [Page] = []
    /// Bytes after the last whole page.
    public var trailingBytes = 0

    /// What else keeps the file from being read, in words.
    public var fault: String?

    /// Whether anything is wrong.
    public var isDamaged: Bool { count > 0 || trailingBytes > 0 || fault != nil }

    /// Whether there is no sound page in it, and nothing else is wrong.
    public var isOfEveryPage: Bool { count > 0 && count == pages && trailingBytes == 0 && fault == nil }
}

/// Sums the pages of one relation file as its bytes come in, in pieces of any size.
public struct PageCheck {
    /// In bytes; clusters built with another size are told apart by pg_control.
    public static let pageSize = 8192

    private var numbering: Numbering
    private var partial: [UInt8] = []
    private var result = PageDamage()

    /// Which block each page of the file is.
    private enum Numbering {
        case consecutive(next: UInt32)
        case listed(ArraySlice<UInt32>)

        mutating func next() -> UInt32 {
            switch self {
            case .consecutive(let next):
                self = .consecutive(next: next &+ 1)
                return next
            case .listed(var blocks):
                let next = blocks.popFirst() ?? .max
                self = .listed(blocks)
                return next
            }
        }
    }

    /// Checks a file whose pages follow one another from its first block on.
    public init(_ file: RelationFile) { numbering = .consecutive(next: file.firstBlock) }

    /// Checks a file that holds these blocks of its fork and no others.
    public init(blocks: [UInt32]) { numbering = .listed(blocks[...]) }

    /// Takes the next bytes of the file, in pieces of any size.
    public mutating func receive(_ bytes: RawSpan) {
        var rest = bytes
        if !partial.isEmpty {
            let missing = min(Self.pageSize - partial.count, rest.byteCount)
            keep(rest.extracting(first: missing))
            rest = rest.extracting(droppingFirst: missing)
            if partial.count == Self.pageSize { checkKept() }
        }
        while rest.byteCount >= Self.pageSize {
            check(rest.extracting(first: Self.pageSize))
            rest = rest.extracting(droppingFirst: Self.pageSize)
        }
        keep(rest)
    }

    /// What was found once the file has ended.
    public consuming func finish() -> PageDamage {
        result.trailingBytes = partial.count
        return result
    }

    private mutating func keep(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { partial.append(contentsOf: $0) }
    }

    private mutating func checkKept() {
        var page: [UInt8] = []
        swap(&page, &partial)
        check(page.span.bytes)
        page.removeAll(keepingCapacity: true)
        swap(&page, &partial)
    }

    private mutating func check(_ page: RawSpan) {
        let block = numbering.next()
        let (isSound, stored, changed) = page.withUnsafeBytes { Self.judge($0, block) }
        result.pages += 1
        if stored != 0 { result.hasChecksums = true }
        guard !isSound else { return }
        result.count += 1
        if result.failing.count < PageDamage.limit {
            result.failing.append(.init(block: block, changed: changed))
        }
    }

    /// Offsets of `PageHeaderData` (src/include/storage/bufpage.h); a page whose `pd_upper` is 0 is new, and
    /// must be zero throughout, unless it was being written while it was copied.
    private static func judge(
        _ page: UnsafeRawBufferPointer, _ block: UInt32
    ) -> (isSound: Bool, stored: UInt16, changed: LogSequenceNumber) {
        let stored = page.loadUnaligned(fromByteOffset: 8, as: UInt16.self).littleEndian
        let upper = page.loadUnaligned(fromByteOffset: 14, as: UInt16.self).littleEndian
        let high = page.loadUnaligned(fromByteOffset: 0, as: UInt32.self).littleEndian
        let low = page.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian
        let changed = LogSequenceNumber(UInt64(high) << 32 | UInt64(low))
        if upper == 0 { return (page.allSatisfy { $0 == 0 }, stored, changed) }
        return (pgb_page_checksum(page.baseAddress, block) == stored, stored, changed)
    }
}
