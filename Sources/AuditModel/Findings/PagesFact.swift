// SPDX-License-Identifier: Apache-2.0

extension Finding {
    /// Pages of a relation's file that are not as PostgreSQL wrote them.
    public enum PagesFact: Sendable, Equatable, Codable {
        case damaged(Damage)
        /// Written while they were copied; the backup's WAL has them whole.
        case torn(BlockRanges)
        /// Perhaps that: the WAL has more images than are remembered.
        case perhapsTorn(BlockRanges)
        /// So many more files with damaged pages.
        case moreFiles(Int)
        /// Pages or files of sizes that are not checked; in bytes, and in blocks to a file.
        case unusualSizes(pageSize: UInt32, blocksPerFile: UInt32, usualPageSize: Int)

        /// None is sound, and the backup has the files of pg_tde; how many there are.
        case encrypted(pages: UInt64)
        /// As `pg_combinebackup` made them of several backups.
        case combined(pages: UInt64, damaged: UInt64, BlockRanges, trailingBytes: Int)

        var code: FindingCode {
            switch self {
            case .unusualSizes, .encrypted: .unsupportedFormat
            default: .pageChecksum
            }
        }

        var severity: Severity {
            switch self {
            case .damaged, .moreFiles, .combined: .error
            case .torn: .note
            case .perhapsTorn, .unusualSizes, .encrypted: .warning
            }
        }
    }
}

extension Finding.PagesFact {
    /// Numbers of blocks as the first twenty of their ranges.
    public struct BlockRanges: Sendable, Equatable, Codable {
        /// The first ones, as numbers of blocks.
        public let ranges: Sample<ClosedRange<UInt32>>

        /// Of numbers in any order, each of them once.
        public init(_ blocks: some Sequence<UInt32>) {
            var ranges: [ClosedRange<UInt32>] = []
            for block in blocks.sorted() {
                if let last = ranges.last, last.upperBound != .max, last.upperBound + 1 == block {
                    ranges[ranges.count - 1] = last.lowerBound...block
                } else {
                    ranges.append(block...block)
                }
            }
            self.ranges = Sample(ranges, most: 20)
        }
    }

    /// All that is wrong with one file.
    public struct Damage: Sendable, Equatable, Codable {
        /// By identifier; 0 for relations that all databases share.
        public var database: UInt32
        /// The number that names the file; not the OID of the relation.
        public var fileNode: UInt32
        /// `main`, `fsm`, `vm` or `init`.
        public var fork: String
        /// How many pages were summed.
        public var pages: UInt64
        /// How many of them are damaged.
        public var damaged: UInt64
        /// Which these are, as far as they were kept.
        public var blocks: BlockRanges
        /// Whether there are more than were kept.
        public var hasMore: Bool
        /// What follows the last whole page, in bytes.
        public var trailingBytes: Int
        /// What else is wrong with the file, in words.
        public var fault: String?
        /// Whether it was like this when it was backed up: it has the manifest's checksum.
        public var isAsBackedUp: Bool

        /// `blocks` may be the first of many: `hasMore` is set where `damaged` is more than these.
        public init(
            database: UInt32, fileNode: UInt32, fork: String, pages: UInt64, damaged: UInt64,
            blocks: [UInt32],
            trailingBytes: Int, fault: String?, isAsBackedUp: Bool
        ) {
            (self.database, self.fileNode, self.fork) = (database, fileNode, fork)
            (self.pages, self.damaged, self.blocks) = (pages, damaged, BlockRanges(blocks))
            hasMore = damaged > UInt64(blocks.count)
            (self.trailingBytes, self.fault, self.isAsBackedUp) = (trailingBytes, fault, isAsBackedUp)
        }
    }
}
