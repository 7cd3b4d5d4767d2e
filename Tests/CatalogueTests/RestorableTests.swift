// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Testing

@Suite struct `What is restored when no backup is named` {
    private let catalogue = arrange([
        "2025-01-01/base.tar", "2025-01-01/backup_manifest", "2025-01-02/base.tar",
        "2025-01-02/backup_manifest", "2025-01-03/base.tar", "2025-01-03/backup_manifest",
        "2025-01-04/base.tar",
    ])
    private let seen = Timestamp(seconds: 1_700_000_000)

    private func choose(
        goal: Timestamp? = nil, _ standings: [String: Verdict] = [:], doubt: [String: String] = [:]
    ) -> LatestChoice {
        catalogue.latestToRestore(
            goal: goal, time: { $0.time(info: nil) },
            completeness: { $0.completeness(manifest: nil, now: noon) },
            standing: { standings[$0.label].map { BackupStanding($0, since: seen) } },
            doubt: { doubt[$0.label] })
    }

    @Test func `is the newest complete one where nothing is known`() {
        let choice = choose()
        #expect(choice.backup?.label == "2025-01-03")
        #expect(choice.skipped.map(\.label) == ["2025-01-04"])
    }

    @Test(
        arguments: [
            (.damaged, "it is known to be damaged since 2023-11-14T22:13:20Z"),
            (.tampered, "it was tampered with, seen 2023-11-14T22:13:20Z and not accepted"),
        ] as [(Verdict, String)])
    func `is never one that is known to be bad`(verdict: Verdict, reason: String) {
        let choice = choose(["2025-01-03": verdict])
        #expect(choice.backup?.label == "2025-01-02")
        #expect(choice.skipped.last == .init(label: "2025-01-03", reason: reason))
    }

    @Test(arguments: [.verified, .inconclusive, .incomplete] as [Verdict])
    func `may be one of which nothing bad is known`(verdict: Verdict) {
        #expect(choose(["2025-01-03": verdict]).backup?.label == "2025-01-03")
    }

    @Test func `is for a point in time the newest that was taken until then`() throws {
        let second = try #require(Timestamp(iso8601: "2025-01-02"))
        #expect(choose(goal: second).backup?.label == "2025-01-02")
        let before = choose(goal: second.advanced(bySeconds: -1))
        #expect(before.backup?.label == "2025-01-01")
        #expect(
            before.skipped.map(\.reason).suffix(2) == [
                "it was taken at 2025-01-03T00:00:00Z, after the time asked for",
                "it was taken at 2025-01-02T00:00:00Z, after the time asked for",
            ])
    }

    @Test func `is none when the time asked for lies before all of them`() throws {
        let goal = try #require(Timestamp(iso8601: "2024-12-31"))
        let choice = choose(goal: goal)
        #expect(choice.backup == nil)
        #expect(choice.skipped.count == 4)
    }

    @Test func `is for a point in time not a damaged one either`() throws {
        let goal = try #require(Timestamp(iso8601: "2025-01-02T12:00:00Z"))
        let choice = choose(goal: goal, ["2025-01-02": .damaged])
        #expect(choice.backup?.label == "2025-01-01")
        #expect(choice.skipped.last?.reason.contains("damaged") == true)
    }

    @Test func `is not one that is doubted for another reason`() {
        let choice = choose(doubt: ["2025-01-03": "its manifest cannot be read"])
        #expect(choice.backup?.label == "2025-01-02")
        #expect(choice.skipped.last?.reason == "its manifest cannot be read")
    }
}
