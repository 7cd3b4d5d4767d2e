// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

/// Backups of a store, as retention and coverage look at them.
enum Sample {
    static let now = Timestamp(seconds: 1_793_600_000)

    static func ago(_ days: Int64) -> Timestamp { now.advanced(bySeconds: -days * 86_400) }

    /// A backup of so many days ago, called by them.
    static func backup(_ days: Int64, proven: Bool = true, parents: [String]? = nil, name: String? = nil)
        -> KnownBackup
    {
        var backup = KnownBackup(
            store: "shop", group: "main", label: name ?? "d\(days)", taken: ago(days), bytes: 1000)
        if proven { backup.proofs[.checksummed] = backup.taken }
        if let parents { backup.descent = .incremental(parents) }
        return backup
    }

    static func key(_ label: String) -> BackupKey { BackupKey(store: "shop", label: label) }
}

@Suite struct `A backup may be deleted` {
    private static func judge(
        _ backups: [KnownBackup], days: Int = 0, weeks: Int = 0, months: Int = 0, atLeast: Int = 1,
        marks: [ProtectionMark] = []
    ) -> RetentionJudgement {
        let rule = RetentionRule(days: days, weeks: weeks, months: months, atLeast: atLeast)
        return RetentionJudgement(rule, of: backups, marks: marks, at: Sample.now)
    }

    @Test func `when enough proven ones remain`() {
        let judgement = Self.judge((0..<5).map { Sample.backup($0) }, days: 2, atLeast: 3)
        #expect(judgement.prunable.map(\.backup.label) == ["d4", "d3"])
        #expect(judgement.mayDelete(Sample.key("d4")) == [])
        #expect(judgement.mayDelete(Sample.key("d2")) == [.amongTheLast(3)])
        #expect(judgement.mayDelete(Sample.key("d0")).count == 2)
        #expect(judgement.mayDelete(Sample.key("other")) == [.unknown])
    }

    @Test func `only by counting those that are proven`() {
        let backups = [
            Sample.backup(0, proven: false), Sample.backup(1), Sample.backup(2, proven: false),
            Sample.backup(3),
        ]
        let judgement = Self.judge(backups, atLeast: 2)
        #expect(judgement.mayDelete(Sample.key("d3")) == [.amongTheLast(2)])
        #expect(judgement.mayDelete(Sample.key("d0")) == [.notProvenYet])
        #expect(judgement.prunable.map(\.reason) == [.neverProven])
        var damaged = backups
        damaged[1].standing = .damaged
        #expect(Self.judge(damaged, atLeast: 2).prunable.map(\.backup.label) == ["d1"])
    }

    @Test func `but for the last proven one, whatever the rule`() {
        #expect(
            Self.judge([Sample.backup(400)], atLeast: 0).mayDelete(Sample.key("d400")) == [.amongTheLast(1)])
    }

    @Test func `with all that builds on it, and not without`() {
        let backups = [
            Sample.backup(1), Sample.backup(7, parents: ["d8", "d9"]), Sample.backup(8, parents: ["d9"]),
            Sample.backup(9),
        ]
        let judgement = Self.judge(backups)
        #expect(judgement.mayDelete(Sample.key("d9")) == [.carries(["d7", "d8"])])
        #expect(judgement.mayDelete([Sample.key("d9"), Sample.key("d8"), Sample.key("d7")]).isEmpty)
        #expect(judgement.prunable.map(\.backup.label) == ["d7", "d8", "d9"])
        // Somebody wants the last of them: none of the chain goes.
        let marked = Self.judge(backups, marks: [ProtectionMark(Sample.key("d7"), until: Sample.ago(-1))])
        #expect(marked.prunable == [])
        #expect(marked.mayDelete([Sample.key("d9"), Sample.key("d8"), Sample.key("d7")]).count == 3)
        let over = Self.judge(backups, marks: [ProtectionMark(Sample.key("d7"), until: Sample.ago(0))])
        #expect(over.prunable.count == 3)
    }

    @Test func `of a chain that stays: none`() {
        let backups = [Sample.backup(1, proven: false, parents: ["d2"]), Sample.backup(2), Sample.backup(3)]
        let judgement = Self.judge(backups)
        #expect(judgement.mayDelete(Sample.key("d1")) == [.ofKeptChain("d2"), .notProvenYet])
        #expect(judgement.prunable.map(\.backup.label) == ["d3"])
    }

    @Test func `when it is no evidence and not on its way`() {
        var (tampered, young, old) = (
            Sample.backup(5), Sample.backup(0, proven: false), Sample.backup(6, proven: false)
        )
        tampered.standing = .tampered
        (young.isIncomplete, old.isIncomplete) = (true, true)
        let judgement = Self.judge([tampered, young, old, Sample.backup(1)])
        #expect(judgement.mayDelete(tampered.key) == [.tampered])
        #expect(judgement.mayDelete(young.key) == [.uploading])
        #expect(judgement.prunable.map(\.reason) == [.unfinished])
    }

    /// Any number of backups, proven or not, in chains or not.
    @Test(arguments: 0..<40 as Range<UInt64>) func `all together, and the rule keeps the same ones`(
        _ seed: UInt64
    ) {
        var chance = SeededChance(seed: seed, "retention")
        var backups: [KnownBackup] = []
        for day in (0..<Int64(5 + chance.index(below: 200))).reversed() {
            let last = backups.last
            let parents: [String]? =
                switch (chance.index(below: 3), last?.descent) {
                case (0, .incremental(let own)?): [last?.key.label ?? ""] + own
                case (0, .full?): [last?.key.label ?? ""]
                default: nil
                }
            backups.append(Sample.backup(day, proven: chance.index(below: 4) > 0, parents: parents))
        }
        let rule = RetentionRule(days: 7, weeks: 5, months: 4, atLeast: 3)
        let before = RetentionJudgement(rule, of: backups, at: Sample.now)
        let gone = Set(before.prunable.map(\.backup))
        #expect(before.mayDelete(gone).isEmpty)
        let left = backups.filter { !gone.contains($0.key) }
        let after = RetentionJudgement(rule, of: left, at: Sample.now)
        #expect(after.prunable == [])
        for backup in left {
            #expect(
                Set(before.mayDelete(backup.key)) == Set(after.mayDelete(backup.key)), "\(backup.key.label)")
        }
        let proven = backups.count { $0.isFull && $0.reaches(.checksummed) }
        #expect(left.count { $0.isFull && $0.reaches(.checksummed) } >= min(3, proven))
    }
}
