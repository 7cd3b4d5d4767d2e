// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension CoverageRule {
    /// So many full backups before one say what is usual.
    private static let usual = 5

    /// Whether the newest full backup shrank, or is what the ones before it were to the byte; `backups` are the oldest first.
    func changes(_ backups: [KnownBackup]) -> [CoverageFact] {
        let full = backups.filter { $0.isFull && !$0.isIncomplete }
        guard let newest = full.last, newest.goneSince == nil else { return [] }
        return shrinking(newest, before: full.dropLast().suffix(Self.usual)) + freezing(newest, full)
    }

    private func shrinking(_ newest: KnownBackup, before: ArraySlice<KnownBackup>) -> [CoverageFact] {
        var facts: [CoverageFact] = []
        let alike = before.filter { $0.form == newest.form }
        if let usual = Self.median(alike.map(\.bytes)), isLess(newest.bytes, than: usual) {
            facts.append(.shrank(newest.key, part: nil, bytes: newest.bytes, before: usual))
        }
        guard !newest.sizes.isEmpty else { return facts }
        for part in Set(before.flatMap(\.sizes.keys)).sorted() {
            let sizes = before.compactMap { $0.sizes.isEmpty ? nil : $0.sizes[part, default: 0] }
            guard let usual = Self.median(sizes), case let now = newest.sizes[part, default: 0],
                isLess(now, than: usual)
            else { continue }
            facts.append(.shrank(newest.key, part: part, bytes: now, before: usual))
        }
        return facts
    }

    private func isLess(_ bytes: UInt64, than usual: UInt64) -> Bool {
        Double(bytes) < leastShare * Double(usual)
    }

    private func freezing(_ newest: KnownBackup, _ full: [KnownBackup]) -> [CoverageFact] {
        guard !newest.sizes.isEmpty else { return [] }
        let same = full.reversed().prefix { $0.sizes == newest.sizes && $0.bytes == newest.bytes }
        guard same.count >= frozenAfter, let first = same.last else { return [] }
        return [.froze(newest.key, count: same.count, since: first.taken)]
    }

    /// Of two in the middle the smaller; nil for none.
    private static func median(_ values: [UInt64]) -> UInt64? {
        values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
    }
}
