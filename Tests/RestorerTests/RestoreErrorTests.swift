// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc
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

    @Test func `about a bad sector of ours says how to begin anew, and nothing of the backup`() {
        let error = RestoreError.failed("reading", "/d/.data.pg_backctl/base.tar", SystemError(code: EIO))
        #expect(error.exitStatus == .restoreFailed && !error.message.contains("backup '"))
        #expect(error.hints.contains { $0.contains("--restart") })
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
