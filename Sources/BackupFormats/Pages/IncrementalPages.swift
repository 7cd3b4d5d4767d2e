// SPDX-License-Identifier: Apache-2.0

/// Sums the pages of an `INCREMENTAL.*` file, which holds those blocks of a relation file that changed.
///
/// Before the pages stand a magic number, how many blocks there are, how long the relation file was at least,
/// and the blocks' numbers, filled up to a whole page (PostgreSQL 17 and later,
/// src/backend/backup/basebackup_incremental.c). Memory is bounded by the blocks of one file: half a MiB.
public struct IncrementalPages {
    private static let magic: UInt32 = 0xD3AE_1F0D
    private static let fixedSize = 12

    private let file: RelationFile
    private var header: [UInt8] = []
    private var check: PageCheck?
    private var fault: String?

    /// `file` tells at which block of the relation the file begins: pages are summed with their block's number.
    public init(_ file: RelationFile) { self.file = file }

    /// Takes the next bytes of the file, in pieces of any size.
    public mutating func receive(_ bytes: RawSpan) {
        var rest = bytes
        while rest.byteCount > 0, check == nil, fault == nil {
            let piece = rest.extracting(first: min(rest.byteCount, headerSize - header.count))
            piece.withUnsafeBytes { header.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: piece.byteCount)
            if header.count == headerSize { endHeader() }
        }
        check?.receive(rest)
    }

    /// What was found once the file has ended.
    public consuming func finish() -> PageDamage {
        var damage = check?.finish() ?? PageDamage()
        damage.fault = fault ?? (header.count < headerSize ? "its header is cut short" : nil)
        return damage
    }

    /// As far as it is known: the fixed part first, then all of it.
    private var headerSize: Int {
        guard header.count >= Self.fixedSize, blockCount > 0 else { return Self.fixedSize }
        let size = Self.fixedSize + 4 * Int(min(blockCount, RelationFile.usualSegmentBlocks))
        return (size + PageCheck.pageSize - 1) / PageCheck.pageSize * PageCheck.pageSize
    }

    private var blockCount: UInt32 { number(at: 4) }

    private mutating func endHeader() {
        // The fixed part says that more follows.
        guard header.count == headerSize else { return }
        guard number(at: 0) == Self.magic else { return fault = "its header has another magic number" }
        guard blockCount <= RelationFile.usualSegmentBlocks else { return fault = "it names too many blocks" }
        let blocks = (0..<Int(blockCount)).map { number(at: Self.fixedSize + 4 * $0) }
        guard blocks.allSatisfy({ $0 < RelationFile.usualSegmentBlocks }) else {
            return fault = "it names a block beyond its file"
        }
        check = PageCheck(blocks: blocks.map { file.firstBlock &+ $0 })
    }

    private func number(at offset: Int) -> UInt32 {
        var reader = BinaryReader(header, at: offset)
        return reader.take()
    }
}
