// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import Testing

@testable import Restorer

@Suite struct `An error of a restore` {
    @Test(arguments: [
        (RestoreError.argumentMissing("--map 16384=DIR", hint: "h"), Diagnostics.ExitStatus.argumentMissing),
        (.usage("u", hint: "h"), .usage),
        (.commandNotFound("psql", hint: "h"), .commandNotFound),
        (.configurationMissing("confs/postgresql.auto.conf"), .configurationMissing),
        (.localBackupMissing("/b", reason: "r"), .localBackupMissing),
        (.unsafeTarget("/d", reason: "r", hint: "h"), .unsafeOperation),
        (.noSpace("/d", needed: "2 GB", available: "1 GB"), .noSpace),
        (.damaged("b", []), .damaged), (.tampered("b", reason: "r"), .tampered),
        (.notProven("b", reason: "r", hint: "h"), .policyNotMet),
        (.unreadable(.missing("base.tar")), .inconclusive), (.inconclusive("b", []), .inconclusive),
        (.parentUnread("b", reason: "r", hints: ["h"]), .inconclusive),
        (.busy("/d", holder: "pid 1"), .busy), (.failed("writing", reason: "r", hint: "h"), .restoreFailed),
        (.interrupted(.terminated), .terminated),
    ])
    func `has the status of the table, and a hint`(_ error: RestoreError, _ status: Diagnostics.ExitStatus) {
        #expect(error.exitStatus == status)
        #expect(!error.hints.isEmpty)
        #expect(error.message.first?.isUppercase == false && error.message.last != ".")
    }

    @Test func `names the first thing that is wrong and counts the others`() {
        let findings = [
            Finding.recorded(.modeUnexpected, .note, message: "mode"),
            Finding.recorded(.memberChecksum, message: "'a' is bad"),
        ]
        #expect(
            RestoreError.damaged("b", findings).message == "backup 'b' is damaged: 'a' is bad (and 1 more)")
    }
}
