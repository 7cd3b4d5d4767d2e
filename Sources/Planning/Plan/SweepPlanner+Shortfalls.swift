// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension SweepPlanner {
    /// What the budget cannot do in the long run, the lines first.
    func shortfalls(of views: [StoreView], pace: Double) -> [PolicyShortfall] {
        let lines = lineShortfalls(of: views)
        return lines + together(views, pace: pace, isToldByLine: lines.contains { $0.kind == .line })
            + trialShortfalls(of: views) + tooLarge(views) + oneGo(views)
    }

    private func lineShortfalls(of views: [StoreView]) -> [PolicyShortfall] {
        let asked = views.flatMap { view in view.obligations.map { (view, $0) } }
        let byLine = Dictionary(grouping: asked) { $0.1.line }.sorted {
            $0.key.description < $1.key.description
        }
        return byLine.compactMap { line, asked in
            let bytes = asked.reduce(UInt64(0)) { sum, asked in
                let backup = asked.1.backup.flatMap(asked.0.backup)
                return sum.addingClamped(
                    backup.map { line.level.needsTrial ? asked.0.bytes(ofChain: $0) : $0.bytes } ?? 0)
            }
            return shortfall(of: line, bytes: line.level == .listed ? 0 : bytes)
        }
    }

    private func shortfall(of line: PolicyLine, bytes: UInt64) -> PolicyShortfall? {
        guard line.age >= interval else {
            return PolicyShortfall(
                kind: .interval, line: line, bytes: bytes, capacity: capacity, sweepsNeeded: 1,
                sweepsAllowed: 0,
                needed: UInt64(interval))
        }
        let allowed = Int(line.age / interval)
        guard let capacity, case let needed = Self.sweeps(for: bytes, capacity), needed > allowed else {
            return nil
        }
        return PolicyShortfall(
            kind: .line, line: line, bytes: bytes, capacity: capacity, sweepsNeeded: needed,
            sweepsAllowed: allowed, needed: bytes / UInt64(allowed) + (bytes % UInt64(allowed) == 0 ? 0 : 1))
    }

    private func together(_ views: [StoreView], pace: Double, isToldByLine: Bool) -> [PolicyShortfall] {
        guard let capacity, pace > Double(capacity), !isToldByLine else { return [] }
        let bytes = views.flatMap(\.backups).reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        return [
            PolicyShortfall(
                kind: .together, bytes: bytes, capacity: capacity,
                sweepsNeeded: Self.sweeps(for: bytes, capacity),
                sweepsAllowed: 0, needed: UInt64(min(pace, 1e18).rounded(.up)))
        ]
    }

    private func trialShortfalls(of views: [StoreView]) -> [PolicyShortfall] {
        let pace = trialPace(views)
        guard let trials = budget.trials, pace > Double(trials) + 1e-9 else { return [] }
        let lines = views.flatMap(\.obligations).map(\.line).filter(\.level.needsTrial)
        let first = lines.min { ($0.age, $0.description) < ($1.age, $1.description) }
        return [
            PolicyShortfall(
                kind: .trials, line: first, bytes: 0, sweepsNeeded: 1, sweepsAllowed: trials,
                needed: UInt64(min(pace, 1e9).rounded(.up)))
        ]
    }

    private func tooLarge(_ views: [StoreView]) -> [PolicyShortfall] {
        guard let capacity else { return [] }
        return views.flatMap(\.backups).filter { $0.bytes > capacity }.sorted { $0.key < $1.key }.map {
            PolicyShortfall(
                kind: .tooLarge, backup: $0.key, bytes: $0.bytes, capacity: capacity,
                sweepsNeeded: Self.sweeps(for: $0.bytes, capacity), sweepsAllowed: 1, needed: $0.bytes)
        }
    }

    /// Backups whose contents are to be looked at and never are.
    private func oneGo(_ views: [StoreView]) -> [PolicyShortfall] {
        guard let capacity else { return [] }
        return views.flatMap { view in
            view.asked(byTrial: false).compactMap { backup, asked in
                guard let line = asked.map(\.line).first(where: { $0.level == .inspected }),
                    !backup.contentsKnown, !canBeginInspection(of: backup)
                else { return nil }
                return PolicyShortfall(
                    kind: .oneGo, line: line, backup: backup.key, bytes: backup.bytes,
                    capacity: capacity, sweepsNeeded: 1, sweepsAllowed: 0, needed: backup.bytes)
            }
        }
    }

    private static func sweeps(for bytes: UInt64, _ capacity: UInt64) -> Int {
        guard capacity > 0 else { return .max }
        return Int(clamping: bytes / capacity + (bytes % capacity == 0 ? 0 : 1))
    }
}
