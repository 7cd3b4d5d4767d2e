// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Testing

@testable import Operations

@Suite struct `The backup to go back to` {
    private func known(
        _ label: String, _ verdict: Verdict? = .verified, trial: Diagnostics.ExitStatus? = nil,
        at seconds: Int64? = 1
    ) -> RememberedBackup {
        RememberedBackup(
            label: label, verdict: verdict, trial: trial?.rawValue,
            time: seconds.map { Timestamp(seconds: $0) })
    }

    @Test func `is the newest that is sound`() {
        let backups = [known("A", at: 1), known("C", at: 3), known("B", at: 2), known("Z", at: nil)]
        #expect(RememberedBackup.best(of: backups)?.label == "C")
        #expect(RememberedBackup.best(of: [known("Z", at: nil)])?.label == "Z")
        #expect(RememberedBackup.best(of: []) == nil)
    }

    @Test(arguments: [nil, Verdict.damaged, .tampered, .inconclusive])
    func `is none that nobody has found sound`(verdict: Verdict?) {
        #expect(RememberedBackup.best(of: [known("A"), known("B", verdict, at: 2)])?.label == "A")
    }

    @Test func `is none whose trial failed`() {
        let failed = known("B", trial: .trialFailed, at: 2)
        #expect(RememberedBackup.best(of: [known("A", trial: .success), failed])?.label == "A")
        #expect(RememberedBackup.best(of: [failed]) == nil)
    }
}
