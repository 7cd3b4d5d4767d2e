// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

private let day = 86_400.0
private let gigabyte: UInt64 = 1_000_000_000

@Suite struct `A sweep's plan` {
    static let now = Timestamp(seconds: 1_793_600_000)

    static func backup(_ label: String, daysOld: Int64, checksummed: Int64? = nil, bytes: UInt64 = gigabyte)
        -> KnownBackup
    {
        var backup = KnownBackup(
            store: "shop", group: "main", label: label, taken: now.advanced(bySeconds: -daysOld * 86_400),
            bytes: bytes)
        if let checksummed { backup.proofs[.checksummed] = now.advanced(bySeconds: -checksummed * 86_400) }
        return backup
    }

    static func plan(
        _ backups: [KnownBackup], _ policy: ProofPolicy, _ budget: SweepBudget = SweepBudget(),
        seed: UInt64 = 1
    ) -> SweepPlan {
        SweepPlanner(budget: budget, speed: .usual, at: now, seed: seed)
            .plan([StoreToSweep(name: "shop", policy: policy, backups: backups)])
    }

    @Test func `takes what is bad first, then what was never proven, then what is longest due`() throws {
        var (bad, tampered) = (
            Self.backup("bad", daysOld: 9, checksummed: 1),
            Self.backup("tampered", daysOld: 9, checksummed: 0)
        )
        (bad.standing, tampered.standing) = (.damaged, .tampered)
        let backups = [
            Self.backup("fresh", daysOld: 9, checksummed: 1), Self.backup("due", daysOld: 20, checksummed: 6),
            Self.backup("late", daysOld: 20, checksummed: 9), Self.backup("new", daysOld: 1), bad, tampered,
        ]
        let plan = Self.plan(backups, try ProofPolicy(all: [.checksummed: 7 * day]))
        #expect(plan.work.map(\.backup.label).prefix(5) == ["bad", "tampered", "new", "late", "due"])
        #expect(plan.work.map(\.reason).prefix(5) == [.damaged, .tampered, .neverProven, .overdue, .due])
        #expect(plan.cycles[0].standing.backupsWithin == 3 && plan.cycles[0].standing.backups == 6)
        #expect(plan.cycles[0].standing.neverProven == 1)
    }

    @Test func `renews a known inspection with a reading, and decodes only what nobody knows`() throws {
        var known = Self.backup("known", daysOld: 40, checksummed: 8)
        known.proofs[.inspected] = Self.now.advanced(bySeconds: -20 * 86_400)
        var grown = known
        grown.key.label = "grown"
        known.contentsKnown = true
        let policy = try ProofPolicy(all: [.checksummed: 7 * day, .inspected: 30 * day])
        let work = Self.plan([known, grown, Self.backup("new", daysOld: 0)], policy).work
        #expect(
            work.first { $0.backup.label == "known" }.map { [$0.level == .inspected, $0.decodes] } == [
                true, false,
            ])
        // The checks have grown, but the inspection is not due.
        #expect(
            work.first { $0.backup.label == "grown" }.map { [$0.level == .checksummed, $0.decodes] } == [
                true, false,
            ])
        #expect(
            work.first { $0.backup.label == "new" }.map { [$0.level == .inspected, $0.decodes] } == [
                true, true,
            ])
    }

    @Test func `says before what does not fit, and by how much`() throws {
        let backups = (0..<41).map { Self.backup("b\($0)", daysOld: Int64($0), bytes: 500 * gigabyte) }
        let plan = Self.plan(
            backups, try ProofPolicy(all: [.inspected: 30 * day]), SweepBudget(bytes: 500 * gigabyte))
        #expect(
            plan.shortfalls.map(\.message) == [
                "at 500 GB a sweep 'inspected: 30d' needs 41 sweeps and has 30: raise the budget to 683 GB, or the age"
            ])
        #expect(plan.work.count == 1 && plan.left.count == 40 && plan.left[0].lack == .bytes)
        let enough = Self.plan(
            backups, try ProofPolicy(all: [.inspected: 30 * day]), SweepBudget(bytes: 700 * gigabyte))
        #expect(enough.shortfalls == [])
    }

    @Test func `reads a part of a backup that is larger than its budget`() throws {
        var large = Self.backup("large", daysOld: 9, checksummed: 8, bytes: 10 * gigabyte)
        let policy = try ProofPolicy(all: [.checksummed: 7 * day])
        let first = Self.plan([large], policy, SweepBudget(bytes: 4 * gigabyte))
        #expect(
            first.work.map(\.isPartial) == [true] && first.bytes <= 4 * gigabyte && first.bytes > 3 * gigabyte
        )
        #expect(first.shortfalls.map(\.kind) == [.tooLarge])
        large.bytesDone = 7 * gigabyte
        let last = Self.plan([large], policy, SweepBudget(bytes: 4 * gigabyte))
        #expect(last.work.map(\.isPartial) == [false] && last.bytes == 3 * gigabyte)
    }

    @Test func `begins no first inspection of which no sweep would keep anything`() throws {
        var large = Self.backup("large", daysOld: 9, bytes: 10 * gigabyte)
        let small = Self.backup("small", daysOld: 1)
        let policy = try ProofPolicy(all: [.inspected: 30 * day])
        let first = Self.plan([large, small], policy, SweepBudget(bytes: 4 * gigabyte))
        #expect(first.work.map(\.backup.label) == ["large"])
        #expect(first.work.map(\.level) == [.checksummed] && first.work.map(\.decodes) == [false])
        #expect(first.work.map(\.isPartial) == [true] && first.work[0].because == "never checksummed")
        #expect(
            first.shortfalls.last?.message
                == "large is only hashed, never inspected: a first inspection reads 10.0 GB in one go, and a sweep 4.00 GB: raise the budget"
        )
        // Once it is hashed it keeps nobody from being read.
        large.proofs[.checksummed] = Self.now
        let later = Self.plan([large, small], policy, SweepBudget(bytes: 4 * gigabyte))
        #expect(later.work.map(\.backup.label) == ["small"] && later.work.map(\.decodes) == [true])
        #expect(later.shortfalls.map(\.kind).contains(.oneGo))
        let enough = Self.plan([large, small], policy, SweepBudget(bytes: 12 * gigabyte))
        #expect(enough.work.map(\.decodes) == [true, true] && enough.shortfalls == [])
        let quick = Self.plan([large, small], policy, SweepBudget(window: 10))
        // Ten seconds are enough for hashing a part, and for nothing else.
        #expect(quick.work.map(\.level) == [.checksummed] && quick.work[0].isPartial)
        #expect(quick.shortfalls.count { $0.kind == .oneGo } == 2)
    }

    @Test func `leaves a first inspection for a sweep that has room for all of it`() throws {
        let (one, other) = (
            Self.backup("one", daysOld: 9, bytes: 3 * gigabyte),
            Self.backup("other", daysOld: 8, bytes: 3 * gigabyte)
        )
        let policy = try ProofPolicy(all: [.inspected: 30 * day])
        let plan = Self.plan([one, other], policy, SweepBudget(bytes: 4 * gigabyte, jobs: 8))
        #expect(plan.work.map(\.backup.label) == ["one"] && plan.work.map(\.isPartial) == [false])
        #expect(plan.left.map(\.work.backup.label) == ["other"] && plan.left.map(\.lack) == [.bytes])
    }

    @Test func `looks closer at what a closer look has found, whatever the policy asks`() throws {
        var backup = Self.backup("healed", daysOld: 9, checksummed: 1)
        (backup.standing, backup.needsCloserLook) = (.damaged, true)
        let policy = try ProofPolicy(all: [.checksummed: 7 * day])
        let plan = Self.plan([backup], policy, SweepBudget())
        #expect(plan.work.map(\.level) == [.inspected] && plan.work.map(\.decodes) == [true])
    }

    @Test func `says of what has changed that it has, and counts it for no new one`() throws {
        var backup = Self.backup("changed", daysOld: 9)
        backup.isChanged = true
        let plan = Self.plan([backup], try ProofPolicy(all: [.checksummed: 7 * day]), SweepBudget())
        #expect(plan.work.map(\.because) == ["changed since it was last read"])
        #expect(plan.cycles[0].standing.neverProven == 0)
    }

    @Test func `says so where a sweep has room for nothing`() throws {
        let backup = Self.backup("one", daysOld: 9, bytes: 3 * gigabyte)
        let policy = try ProofPolicy(all: [.checksummed: 30 * day])
        let plan = Self.plan([backup], policy, SweepBudget(bytes: 0))
        #expect(
            plan.shortfalls.map(\.message).contains(
                "one has 3.00 GB, and a sweep has room for nothing: raise the budget"))
    }

    @Test func `reads what cannot be shown again when its age is over, and not each night`() throws {
        var backup = Self.backup("unsummed", daysOld: 9, bytes: gigabyte)
        let policy = try ProofPolicy(all: [.checksummed: 7 * day])
        backup.inVain = [.checksummed: Self.now.advanced(bySeconds: -2 * 86_400)]
        #expect(Self.plan([backup], policy, SweepBudget()).work == [])
        #expect(Self.plan([backup], policy, SweepBudget()).cycles[0].standing.backupsWithin == 0)
        backup.inVain = [.checksummed: Self.now.advanced(bySeconds: -8 * 86_400)]
        #expect(Self.plan([backup], policy, SweepBudget()).work.map(\.level) == [.checksummed])
    }

    @Test func `reads at once what the newest reading came to no verdict on`() throws {
        var backup = Self.backup("doubtful", daysOld: 9, checksummed: 1)
        backup.standing = .unsettled
        let policy = try ProofPolicy(all: [.checksummed: 7 * day])
        let plan = Self.plan([backup], policy, SweepBudget())
        #expect(plan.work.map(\.reason) == [.unsettled])
        #expect(plan.work[0].because.hasSuffix("and the newest reading came to no verdict"))
        #expect(plan.cycles[0].standing.backupsWithin == 1)
    }

    @Test func `tries the newest that has a chance, with all that it builds on`() throws {
        var (child, bad) = (Self.backup("child", daysOld: 2), Self.backup("bad", daysOld: 1))
        child.descent = .incremental(["full"])
        bad.standing = .damaged
        var orphan = Self.backup("orphan", daysOld: 0)
        orphan.descent = .incremental(["nowhere"])
        let policy = try ProofPolicy(newest: [.restored: 7 * day, .exercised: 30 * day])
        let plan = Self.plan(
            [Self.backup("full", daysOld: 3), child, bad, orphan], policy, SweepBudget(trials: 1))
        #expect(plan.work.map(\.backup.label) == ["child"])
        #expect(
            plan.work[0].level == .exercised && plan.bytes == 2 * gigabyte && plan.work[0].lines.count == 2)
        #expect(Self.plan([child], policy).work == [])
    }

    @Test func `counts a trial only of what was newest when it began`() throws {
        var (old, new) = (Self.backup("old", daysOld: 5), Self.backup("new", daysOld: 3))
        let policy = try ProofPolicy(newest: [.restored: 7 * day])
        old.trials = [KnownTrial(at: Self.now.advanced(bySeconds: -2 * 86_400), level: .restored)]
        #expect(policy.obligations(of: [old, new], at: Self.now, seed: 1)[0].proven == nil)
        new.arrived = Self.now.advanced(bySeconds: -86_400)
        #expect(policy.obligations(of: [old, new], at: Self.now, seed: 1)[0].proven == old.trials[0].at)
        // One that failed shows nothing.
        old.trials[0].level = nil
        #expect(policy.obligations(of: [old, new], at: Self.now, seed: 1)[0].proven == nil)
    }

    @Test func `chooses samples by its seed`() throws {
        let backups = (0..<60).map { Self.backup("b\($0)", daysOld: Int64($0)) }
        let policy = try ProofPolicy(sample: [.restored: 90 * day], within: 30 * day)
        let chosen = (0..<200).map { Self.plan(backups, policy, seed: $0).work[0].backup.label }
        #expect(
            chosen == (0..<200).map { Self.plan(backups.reversed(), policy, seed: $0).work[0].backup.label })
        #expect(Set(chosen).count > 25)
        #expect(Set(chosen).isSubset(of: Set(backups.prefix(31).map(\.key.label))))
    }

    @Test func `is the same bytes for the same inputs, and can be read again`() throws {
        let backups = (0..<30).map { (age: Int64) in
            let proven: Int64? = age % 9 == 0 ? nil : age % 9
            return Self.backup("b\(age)", daysOld: age, checksummed: proven)
        }
        let policy = try ProofPolicy(
            all: [.checksummed: 7 * day], newest: [.restored: day], sample: [.exercised: 9 * day],
            within: 30 * day)
        let plan = Self.plan(
            backups, policy, SweepBudget(bytes: 9 * gigabyte, trials: 1, window: 3600), seed: .max)
        let document = try plan.document()
        #expect(try Self.plan(backups.reversed(), policy, plan.budget, seed: .max).document() == document)
        #expect(try SweepPlan(document: document) == plan)
        #expect(throws: SweepPlanError.unreadable) { try SweepPlan(document: Array("{}".utf8)) }
        let other = String(decoding: document, as: UTF8.self).replacing("sweep-plan/1", with: "sweep-plan/2")
        #expect(throws: SweepPlanError.schema) { try SweepPlan(document: Array(other.utf8)) }
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func `is dealt out in shards that are disjoint and together the whole`(
        _ count: Int
    ) throws {
        var chance = SeededChance(seed: UInt64(count), "shards")
        var backups: [KnownBackup] = []
        for number in 0..<12 {
            var backup = Self.backup("b\(number)", daysOld: 20, checksummed: number % 5 == 0 ? nil : 9)
            for object in 0..<chance.index(below: 5) {
                let bytes = UInt64(chance.index(below: 40_000_000_000))
                let chunkSize: UInt64? = chance.index(below: 4) == 0 ? nil : 8_388_608
                backup.objects.append(
                    KnownObject(name: ObjectName("o\(object)"), bytes: bytes, chunkSize: chunkSize))
            }
            backup.bytes = backup.objects.map(\.bytes).reduce(1000, +)
            backup.contentsKnown = number % 2 == 0
            backups.append(backup)
        }
        let plan = Self.plan(backups, try ProofPolicy(all: [.checksummed: 7 * day, .inspected: 300 * day]))
        let shards = plan.shards(count)
        #expect(shards.map(\.index) == Array(0..<count))
        #expect(shards.reduce(0) { $0 + $1.bytes } == plan.bytes)
        for (place, work) in plan.work.enumerated() {
            let parts = shards.flatMap(\.pieces).filter { $0.work == place }.map(\.part)
            guard parts != [.whole] else { continue }
            #expect(parts.count { $0 == .others } == 1 && !parts.contains(.whole) && !work.decodes)
            for object in work.objects { #expect(Self.covers(parts, object), "\(object)") }
        }
        let largest = shards.flatMap(\.pieces).map(\.bytes).max() ?? 0
        #expect(shards.allSatisfy { $0.bytes <= plan.bytes / UInt64(count) + largest })
    }

    /// All of an object once: in one piece, or in ranges that meet.
    static func covers(_ parts: [SweepPiece.Part], _ object: KnownObject) -> Bool {
        if parts.count(where: { $0 == .object(name: object.name) }) == 1 { return true }
        var ranges: [Range<Int>] = []
        for case .chunks(object.name, let from, let to) in parts { ranges.append(from..<to) }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        let meets = zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }
        let chunks = (object.bytes + 8_388_607) / 8_388_608
        return meets && ranges.first?.lowerBound == 0 && ranges.last?.upperBound == Int(chunks)
    }
}
