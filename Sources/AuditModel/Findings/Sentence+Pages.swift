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
        }
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

extension Finding.PagesFact.Blocks {
    /// `88 to 92, 120`.
    fileprivate var words: String {
        let shown = ranges.first.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        return shown.joined(separator: ", ") + (ranges.rest > 0 ? ", …" : "")
    }
}
