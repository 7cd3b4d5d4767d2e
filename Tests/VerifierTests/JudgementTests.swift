// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Verifier

/// The verdict table, row by row.
@Suite struct JudgementTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var seen = "new"
        var size: UInt64 = 10
        var etag = "v1"
        var pin: String?
        var isAttested = true
        var sum: String?
        var isSumUnchanged = true
        var expected: ObjectJudgement
    }

    static let rows: [Row] = [
        Row(testDescription: "first, nothing attests", expected: .sound(.unattested)),
        Row(testDescription: "first, agrees", sum: "new", expected: .sound(.first)),
        Row(testDescription: "first, disagrees", sum: "old", expected: .damaged(.neverGood)),
        Row(testDescription: "as pinned, agrees", pin: "new", sum: "new", expected: .sound(.asPinned)),
        Row(
            testDescription: "as pinned, agrees, uploaded again", etag: "v2", pin: "new", sum: "new",
            expected: .sound(.moved)),
        Row(
            testDescription: "as pinned, attested for the first time", pin: "new", isAttested: false,
            sum: "new",
            isSumUnchanged: false, expected: .sound(.attested)),
        Row(
            testDescription: "as pinned, sum file changed and disagrees", pin: "new", sum: "other",
            isSumUnchanged: false, expected: .damaged(.sumFileChanged)),
        Row(
            testDescription: "never good, seen again", pin: "new", isAttested: false, sum: "old",
            expected: .damaged(.neverGood)),
        Row(testDescription: "rotted", pin: "old", sum: "old", expected: .damaged(.bitRot)),
        Row(
            testDescription: "overwritten", etag: "v2", pin: "old", sum: "old",
            expected: .damaged(.overwritten)),
        Row(testDescription: "truncated", size: 9, pin: "old", sum: "old", expected: .damaged(.truncated)),
        Row(
            testDescription: "data and sum file changed together", etag: "v2", pin: "old", sum: "new",
            isSumUnchanged: false, expected: .tampered),
        Row(
            testDescription: "agrees with neither", etag: "v2", pin: "old", sum: "other",
            isSumUnchanged: false,
            expected: .damaged(.overwritten)),
        Row(
            testDescription: "never good, now as the unchanged sum file says", etag: "v2", pin: "old",
            isAttested: false, sum: "new", expected: .sound(.healed)),
        Row(
            testDescription: "never good, both replaced", etag: "v2", pin: "old", isAttested: false,
            sum: "new",
            isSumUnchanged: false, expected: .tampered),
        Row(
            testDescription: "unattested pin, rotted", pin: "old", isAttested: false,
            expected: .damaged(.bitRot)),
    ]

    @Test(arguments: rows)
    func `a reading means what the verdict table says`(row: Row) {
        let pin = row.pin.map {
            Pin(
                sha256: $0, validators: Validators(size: 10, etag: "v1"), isAttested: row.isAttested,
                since: Timestamp(seconds: 0))
        }
        let expectation = Expectation(
            attestation: row.sum.map { .sumFile(sha256: $0, line: 1) }, pin: pin,
            isAttestorUnchanged: row.isSumUnchanged)
        let seen = Observation(sha256: row.seen, validators: Validators(size: row.size, etag: row.etag))
        #expect(ObjectJudgement(seen, expectation) == row.expected)
    }
}
