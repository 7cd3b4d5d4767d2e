// SPDX-License-Identifier: Apache-2.0

extension Finding {
    func sentence(_ fact: PagesFact) -> Sentence {
        switch fact {
        case .damaged(let damage):
            Sentence(
                "\(quotedMember) (\(damage.relation)): \(damage.faults.joined(separator: "; "))",
                expected: "\(damage.pages) sound pages", found: "\(damage.damaged) damaged")
        case .torn(let blocks):
            Sentence(
                "\(quotedMember): blocks \(blocks.words) were being written while they were copied; the backup's WAL holds them whole"
            )
        case .perhapsTorn(let blocks):
            Sentence(
                "\(quotedMember): blocks \(blocks.words) changed while they were copied; the WAL holds more page images than are remembered, so whether these are among them cannot be told"
            )
        case .moreFiles(let count):
            Sentence("and \(count) more files with pages that do not match their checksums")
        case .unusualSizes(let pageSize, let blocks, let usual):
            Sentence(
                "this PostgreSQL was built with other sizes of pages or files: pages were not checked",
                expected: "pages of \(usual) bytes in files of 1 GiB",
                found: "\(pageSize) bytes, \(blocks) to a file")
        case .encrypted(let pages):
            Sentence(
                "\(quotedMember): no page matches its checksum, and the backup has the files of pg_tde: they seem encrypted, and were not checked",
                expected: "pages that can be read", found: "\(pages) that cannot")
        case .combined(let pages, let damaged, let blocks, let trailingBytes):
            Sentence(
                "\(quotedMember), as pg_combinebackup made it: \(Self.combined(damaged, blocks, trailingBytes))",
                expected: "\(pages) sound pages", found: "\(damaged) damaged")
        }
    }

    private static func combined(_ damaged: UInt64, _ blocks: PagesFact.BlockRanges, _ trailingBytes: Int)
        -> String
    {
        let sums = damaged > 0 ? ["blocks \(blocks.words) do not match their checksums"] : []
        let end = trailingBytes > 0 ? ["it ends with \(trailingBytes) bytes of a page"] : []
        return (sums + end).joined(separator: "; ")
    }
}

extension Finding.PagesFact.Damage {
    fileprivate var relation: String {
        let database = database == 0 ? "shared by all databases" : "database \(database)"
        return "\(database), file node \(fileNode), fork \(fork)"
    }

    fileprivate var faults: [String] {
        var faults: [String] = []
        if damaged > 0 {
            faults.append("blocks \(blocks.words)\(hasMore ? " and more" : "") do not match their checksums")
        }
        if trailingBytes > 0 { faults.append("it ends with \(trailingBytes) bytes of a page") }
        if let fault { faults.append(fault) }
        if isAsBackedUp { faults.append("the file is as in the manifest: it was like this when backed up") }
        return faults
    }
}

extension Finding.PagesFact.BlockRanges {
    /// `88 to 92, 120`.
    fileprivate var words: String {
        let shown = ranges.first.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        return shown.joined(separator: ", ") + (ranges.rest > 0 ? ", …" : "")
    }
}
