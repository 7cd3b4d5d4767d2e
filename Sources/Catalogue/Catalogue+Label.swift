// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension Catalogue {
    /// The backup with this label, or the only one whose label ends in this component.
    ///
    /// Compared byte for byte; a label may be given as it is shown (escaped) or as it is stored, with or
    /// without a slash at its end.
    public func backup(labelled label: String) throws(CatalogueError) -> Backup {
        let asked = label.hasSuffix("/") && label.utf8.count > 1 ? String(label.dropLast()) : label
        if let exact = backups.first(where: { $0.isLabelled(asked) }) { return exact }
        let matches = backups.filter { $0.isLabelled(lastComponent: asked) }
        if let only = matches.first, matches.count == 1 { return only }
        let shown = ObjectName(asked).description
        guard matches.isEmpty else { throw .ambiguous(shown, candidates: matches.map(\.label)) }
        throw .noSuchBackup(shown, near: labels(near: asked))
    }

    /// At most five labels that were perhaps meant, the likeliest first.
    private func labels(near asked: String) -> [String] {
        let scored = backups.compactMap { backup in
            backup.distance(from: asked).map { (label: backup.label, distance: $0) }
        }
        return scored.sorted { $0.distance < $1.distance }.prefix(5).map(\.label)
    }
}

extension Backup {
    fileprivate func isLabelled(_ text: String) -> Bool {
        text.utf8.elementsEqual(label.utf8)
            || !folder.isEmpty && text.utf8.elementsEqual(folder.bytes.dropLast())
    }

    fileprivate func isLabelled(lastComponent text: String) -> Bool {
        let stored = ObjectName(bytes: folder.bytes.dropLast()).lastComponent
        return text.utf8.elementsEqual(lastComponentOfLabel.utf8)
            || !stored.isEmpty && text.utf8.elementsEqual(stored.bytes)
    }

    private var lastComponentOfLabel: Substring { label.split(separator: "/").last ?? "" }

    /// How many bytes must change to get from one to the other; nil when that is more than a slip.
    fileprivate func distance(from asked: String) -> Int? {
        guard asked.utf8.count <= 256, label.utf8.count <= 256 else { return nil }
        let asked = asked.lowercased()
        let distance =
            [label, String(lastComponentOfLabel)].map { editDistance(asked, $0.lowercased()) }.min() ?? 0
        let isPart = asked.utf8.count >= 4 && label.lowercased().contains(asked)
        return distance <= 3 || isPart ? distance : nil
    }
}

/// Levenshtein's distance between two texts, in bytes.
private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (line, byte) in left.utf8.enumerated() {
        var diagonal = line
        row[0] = line + 1
        for column in right.indices {
            let change = diagonal + (byte == right[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(change, min(row[column], diagonal) + 1)
        }
    }
    return row[right.count]
}
