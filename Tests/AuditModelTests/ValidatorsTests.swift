// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct `What tells versions apart` {
    private static let base = Validators(
        size: 10, etag: "e", version: "v", modified: Timestamp(seconds: 100, nanoseconds: 5),
        changed: Timestamp(seconds: 200), inode: 7)

    static let changes: [(String, Bool, @Sendable (inout Validators) -> Void)] = [
        ("nothing", true, { _ in }), ("size", false, { $0.size = 11 }), ("etag", false, { $0.etag = "f" }),
        ("version", false, { $0.version = "w" }), ("no version", true, { $0.version = nil }),
        ("no etag", true, { $0.etag = nil }), ("modified", false, { $0.modified = Timestamp(seconds: 101) }),
        ("part of a second", true, { $0.modified = Timestamp(seconds: 100) }),
        ("no modification time", true, { $0.modified = nil }), ("inode", false, { $0.inode = 8 }),
        ("no inode", true, { $0.inode = nil }), ("ctime", true, { $0.changed = Timestamp(seconds: 999) }),
    ]

    @Test(arguments: changes.indices) func `tell the same version from another`(_ index: Int) {
        let (what, isSame, change) = Self.changes[index]
        var other = Self.base
        change(&other)
        #expect(Self.base.isSameVersion(as: other) == isSame, "\(what)")
        #expect(other.isSameVersion(as: Self.base) == isSame, "\(what), the other way round")
    }
}

@Suite struct `Orders of severity` {
    @Test(
        arguments: [
            ([], .verified), ([.verified], .verified), ([.verified, .incomplete], .incomplete),
            ([.inconclusive, .incomplete], .inconclusive), ([.inconclusive, .damaged, .verified], .damaged),
            ([.damaged, .tampered, .inconclusive, .incomplete, .verified], .tampered),
        ] as [([Verdict], Verdict)])
    func `the most severe verdict wins, in any order`(_ verdicts: [Verdict], worst: Verdict) {
        #expect(Verdict.mostSevere(verdicts) == worst)
        #expect(Verdict.mostSevere(verdicts.reversed()) == worst)
    }

    @Test func `every verdict has its place`() {
        for verdict in Verdict.allCases { #expect(Verdict.mostSevere([.verified, verdict]) == verdict) }
    }

    @Test func `levels climb`() {
        #expect(Level.allCases == [.listed, .checksummed, .inspected, .restored, .exercised])
        #expect(Level.allCases.sorted() == Level.allCases)
        #expect(Level.listed < .checksummed && !(Level.inspected < .inspected))
    }

    @Test func `the words of findings are as published`() {
        #expect(FindingCode.allCases.allSatisfy { $0.rawValue.allSatisfy { $0 == "_" || $0.isUppercase } })
        #expect(Severity.allCases.map(\.rawValue) == ["error", "warning", "note"])
        #expect(
            Cause.allCases.map(\.rawValue)
                == [
                    "bit-rot", "overwritten", "truncated", "sum-file-changed", "never-good", "unstable-read",
                    "unknown",
                ])
    }
}
