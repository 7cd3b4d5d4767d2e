// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Why backups of one group stay.
struct Protection {
    let chains: [BackupChain]
    private(set) var reasons: [BackupKey: [RetentionJudgement.Reason]] = [:]

    /// `chains` are of one group, the newest first.
    init(
        _ rule: RetentionRule, _ chains: [BackupChain], marks: [ProtectionMark], at now: Timestamp,
        patience: Int64
    ) {
        self.chains = chains
        let proven = chains.filter { $0.isProven(rule.level) }
        for chain in proven.prefix(rule.atLeast) { keep(chain, .amongTheLast(rule.atLeast)) }
        for (span, chain) in Self.spans(of: proven, rule) { keep(chain, .kept(span)) }
        for chain in chains {
            for backup in chain.members {
                protect(backup, newest: proven.first, rule.level, marks.filter { $0.holds(at: now) })
                let written = backup.lastWritten ?? backup.since
                if backup.isIncomplete, now.seconds(since: written) < patience {
                    reasons[backup.key, default: []].append(.uploading)
                }
            }
        }
    }

    /// The newest proven chain of each span that counts.
    static func spans(of proven: [BackupChain], _ rule: RetentionRule) -> [(RetentionSpan, BackupChain)] {
        RetentionSpan.Unit.allCases.flatMap { unit in
            var seen: [Int64] = []
            return proven.compactMap { chain -> (RetentionSpan, BackupChain)? in
                let (number, span) = rule.span(unit, of: chain.taken)
                guard seen.last != number, seen.count < rule.count(of: unit) else { return nil }
                seen.append(number)
                return (span, chain)
            }
        }
    }

    private mutating func keep(_ chain: BackupChain, _ reason: RetentionJudgement.Reason) {
        for backup in chain.members {
            reasons[backup.key, default: []].append(
                backup.key == chain.first.key ? reason : .ofKeptChain(chain.first.key.label))
        }
    }

    /// What protects a backup beside the rule.
    private mutating func protect(
        _ backup: KnownBackup, newest: BackupChain?, _ level: Level, _ marks: [ProtectionMark]
    ) {
        var own = marks.filter { $0.backup == backup.key }.map {
            RetentionJudgement.Reason.marked(until: $0.until)
        }
        if backup.standing == .tampered { own.append(.tampered) }
        let isCandidate = backup.isComplete && !backup.standing.isBad && !backup.reaches(level)
        if isCandidate, newest.map({ backup.taken > $0.taken }) ?? true { own.append(.notProvenYet) }
        if !own.isEmpty { reasons[backup.key, default: []] += own }
    }
}
