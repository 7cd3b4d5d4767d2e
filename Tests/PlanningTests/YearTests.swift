// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

private let day = 86_400.0
private let gigabyte: UInt64 = 1_000_000_000

@Suite struct `A year of sweeps` {
    static func stores() throws -> [SimulatedStore] {
        let policy = try ProofPolicy(
            all: [.checksummed: 7 * day, .inspected: 30 * day],
            newest: [.inspected: day, .restored: 7 * day],
            sample: [.restored: 30 * day], within: 20 * day)
        return [
            SimulatedStore("shop", policy, size: 20 * gigabyte, kept: 14),
            SimulatedStore(
                "mail", try ProofPolicy(all: [.inspected: 10 * day]), size: 90 * gigabyte, kept: 10),
        ]
    }

    /// Whether each obligation was met each time, the shortfalls that were told, and the most that one sweep read.
    static func year(_ budget: SweepBudget, without off: Set<Int> = []) throws -> (
        broken: [Int], told: Int, most: UInt64
    ) {
        var stores = try stores()
        let start = try time("2026-01-01T00:00:00")
        var (broken, told, most): ([Int], Int, UInt64) = ([], 0, 0)
        for night in 0..<365 {
            let midnight = start.advanced(bySeconds: Int64(night) * 86_400)
            for place in stores.indices { stores[place].addBackup(at: midnight.advanced(bySeconds: 7200)) }
            let now = midnight.advanced(bySeconds: 4 * 3600)
            let met = stores.allSatisfy {
                $0.policy.obligations(of: $0.backups, at: now, seed: 0).allSatisfy(\.isMet)
            }
            if !met { broken.append(night) }
            guard !off.contains(night) else { continue }
            let plan = SweepPlanner(budget: budget, speed: .usual, at: now, seed: UInt64(night)).plan(
                stores.map(\.swept))
            if !plan.shortfalls.isEmpty { told += 1 }
            most = max(most, plan.bytes)
            for work in plan.work {
                for place in stores.indices where stores[place].name == work.backup.store {
                    stores[place].do(work, at: now)
                }
            }
        }
        return (broken, told, most)
    }

    @Test func `holds the policy when the budget allows`() throws {
        let year = try Self.year(SweepBudget(bytes: 350 * gigabyte, trials: 1))
        #expect(year.broken == [] && year.told == 0)
        #expect(year.most <= 350 * gigabyte)
    }

    @Test func `says so when the budget does not allow it`() throws {
        let year = try Self.year(SweepBudget(bytes: 80 * gigabyte, trials: 1))
        #expect(year.broken.count > 300 && year.told > 300 && year.most <= 80 * gigabyte)
    }

    @Test func `is within policy again soon after an outage`() throws {
        let year = try Self.year(SweepBudget(bytes: 350 * gigabyte, trials: 1), without: Set(100..<105))
        #expect(!year.broken.isEmpty && year.broken.allSatisfy { (100..<110).contains($0) }, "\(year.broken)")
    }
}
