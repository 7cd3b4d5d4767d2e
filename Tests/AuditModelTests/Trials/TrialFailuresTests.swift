// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct `Failed trials` {
    private func trial(_ exitStatus: Int32?, at second: Int64) -> TrialLine {
        let place = BackupPlace(url: "s3://b/A", label: "A")
        let time = Timestamp(seconds: second)
        let start = TrialStart(
            place: place, runtime: .local, scratch: "/s", goal: "g", replaysArchive: false, started: time,
            toolVersion: "1")
        return TrialLine(
            id: TrialID(second), state: .ended, start: start,
            end: exitStatus.map { TrialEnd(exitStatus: $0, cleanUp: .removed, ended: time) }, findings: 0,
            process: ProcessIdentity(host: "h", bootID: "b", pid: 1, startTime: 1))
    }

    @Test(
        arguments: [
            ([18], 1, nil), ([0], nil, 1), ([18, 0], nil, 2), ([0, 18], 2, 1), ([18, 5], 1, nil),
            ([18, 1], 1, nil),
            ([18, nil], 1, nil), ([5, 143], nil, nil), ([], nil, nil),
        ] as [([Int32?], Int64?, Int64?)])
    func `are told by the newest that came to a verdict on the cluster`(
        _ ends: [Int32?], _ failing: Int64?, _ passing: Int64?
    ) {
        let trials = ends.enumerated().map { trial($1, at: Int64($0 + 1)) }.reversed()
        #expect(trials.failing == failing.map { Timestamp(seconds: $0) })
        #expect(trials.passing == passing.map { Timestamp(seconds: $0) })
    }

    @Test func `are open until a later one of the same cluster passes, and rested on by nobody after that`() {
        var failures = TrialFailures()
        failures.count([trial(18, at: 5)], of: "A", in: "shop")
        failures.count([trial(0, at: 4)], of: "B", in: "shop")
        failures.count([trial(0, at: 9)], of: "C", in: "audit")
        #expect(failures.openFailure(of: "A") == Timestamp(seconds: 5))
        failures.count([trial(0, at: 6)], of: "B", in: "shop")
        #expect(failures.openFailure(of: "A") == nil)
        #expect(failures.failure(of: "A") == Timestamp(seconds: 5))
        #expect(failures.failure(of: "B") == nil && failures.failure(of: "unknown") == nil)
    }
}
