// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

@Suite struct `Coverage` {
    private static func facts(_ backups: [KnownBackup], _ rule: CoverageRule, marks: [ProtectionMark] = [])
        -> [CoverageFact]
    {
        rule.facts(about: backups, marks: marks, watchedSince: Sample.ago(100), at: Sample.now)
    }

    @Test func `misses a backup that did not come, and tells since when`() throws {
        let rule = CoverageRule(expected: try ExpectedBackups(every: 86_400, grace: 7200, atLeast: 3))
        let facts = Self.facts([Sample.backup(3), Sample.backup(4)], rule)
        #expect(
            facts == [
                .overdue(group: "main", since: Sample.ago(2), last: Sample.key("d3")),
                .tooFew(group: "main", count: 2, atLeast: 3),
            ])
        #expect(facts[0].since == Sample.ago(2))
        #expect(Self.facts((0..<3).map { Sample.backup($0) }, rule) == [])
        var unfinished = Sample.backup(0)
        unfinished.isIncomplete = true
        #expect(
            Self.facts([unfinished, Sample.backup(3), Sample.backup(4), Sample.backup(5)], rule).count == 1)
        #expect(Self.facts([], rule).first == .overdue(group: "", since: Sample.ago(99), last: nil))
    }

    @Test func `sees what shrank, as a whole and in parts`() {
        var backups = (0..<6).reversed().map { Sample.backup($0) }
        for place in backups.indices { backups[place].sizes = ["app": 100, "log": 100] }
        #expect(Self.facts(backups, CoverageRule()) == [])
        backups[5].sizes = ["app": 40]
        backups[5].bytes = 499
        #expect(
            Self.facts(backups, CoverageRule()) == [
                .shrank(Sample.key("d0"), part: nil, bytes: 499, before: 1000),
                .shrank(Sample.key("d0"), part: "app", bytes: 40, before: 100),
                .shrank(Sample.key("d0"), part: "log", bytes: 0, before: 100),
            ])
        // Nobody has looked inside of it yet.
        (backups[5].sizes, backups[5].bytes) = ([:], 500)
        #expect(Self.facts(backups, CoverageRule()) == [])
    }

    @Test func `sees what froze`() {
        var backups = (0..<9).reversed().map { Sample.backup($0) }
        for place in backups.indices { backups[place].sizes = ["app": place < 2 ? 99 : 100] }
        #expect(
            Self.facts(backups, CoverageRule()) == [.froze(Sample.key("d0"), count: 7, since: Sample.ago(6))])
        backups[6].sizes["app"] = 101
        #expect(Self.facts(backups, CoverageRule()) == [])
    }

    @Test func `misses the last backup of a span that is to have one`() {
        let rule = CoverageRule(keep: RetentionRule(days: 5))
        var backups = (0..<9).map { Sample.backup($0) }
        (backups[3].goneSince, backups[8].goneSince) = (Sample.ago(1), Sample.ago(1))
        let facts = Self.facts(backups, rule)
        #expect(facts.map { if case .goneEarly(let key, _, _) = $0 { key.label } else { "" } } == ["d3"])
        // Another one of that day is there: programs choose as they like.
        var twin = backups[3]
        (twin.key.label, twin.goneSince) = ("twin", nil)
        #expect(Self.facts(backups + [twin], rule) == [])
        let mark = ProtectionMark(Sample.key("d8"))
        #expect(
            Self.facts(backups + [twin], rule, marks: [mark]) == [
                .goneMarked(Sample.key("d8"), since: Sample.ago(1))
            ])
    }

    @Test func `tells of an upload that did not come to its end in its time`() {
        var (young, old) = (Sample.backup(3), Sample.backup(4))
        (young.isIncomplete, old.isIncomplete) = (true, true)
        (young.lastWritten, old.lastWritten) = (Sample.ago(1), Sample.ago(2))
        #expect(Self.facts([young, old], CoverageRule()) == [.unfinished(old.key, since: Sample.ago(2))])
    }
}
