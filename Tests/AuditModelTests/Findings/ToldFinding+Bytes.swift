// SPDX-License-Identifier: Apache-2.0
import AuditModel

private let day = Timestamp(seconds: 1_790_000_000)
private let later = Timestamp(seconds: 1_790_086_400)

extension ToldFinding {
    static let bytes: [ToldFinding] =
        [
            .init(
                Finding(
                    .bytes(
                        .moved(
                            from: Validators(size: 1, etag: "x", version: "v"),
                            to: Validators(size: 1, modified: day, inode: 7), pinned: nil))), .pinChanged,
                .note, "copied or uploaded again since an unknown day; the bytes are the same",
                "ETag x, version v", "modified \(day), inode 7"),
            .init(
                Finding(.bytes(.healed(expected: "e", found: "f", pinned: day))), .pinChanged, .note,
                "was not what the sum file says when first read on 2026-09-21; now it is", "e", "f"),
            .init(
                Finding(
                    .bytes(.attestorChanged(of: "base.tar", expected: "e", found: "f", pinned: day)),
                    object: "backup.sha256", cause: .sumFileChanged), .checksumMismatch,
                "'base.tar' is as first read on 2026-09-21, but what backup.sha256 says of it changed", "e",
                "f"),
            .init(
                Finding(.bytes(.changedWithChecksum(expected: "e", found: "f", pinned: day))), .pinChanged,
                "bytes and checksum changed together since 2026-09-21: not the backup that was first read",
                "e", "f"),
            .init(
                Finding(.bytes(.changeNotAccepted)), .pinChanged,
                "an earlier run found it changed together with its checksum, and nobody has accepted that"),
            .init(
                Finding(.bytes(.resized(from: 10, to: 4, by: .pin(day)))), .sizeMismatch,
                "truncated: 4 bytes, but 10 on 2026-09-21", "10 bytes", "4 bytes"),
            .init(
                Finding(.bytes(.resized(from: 10, to: 40, by: .manifest))), .sizeMismatch,
                "longer: 40 bytes, but 10 by the manifest", "10 bytes", "40 bytes"),
            .init(
                Finding(.bytes(.listedSize(expected: 10, found: 40))), .sizeMismatch,
                "has 40 bytes, expected 10", "10 bytes", "40 bytes"),
            .init(
                Finding(.bytes(.rotted(expected: "e", found: "f", sameness: .file, pinned: day))),
                .checksumMismatch, "bit rot: same size, date and inode as when first read on 2026-09-21", "e",
                "f"),
            .init(
                Finding(.bytes(.rewritten(expected: "e", found: "f", pinned: day))), .pinChanged, .warning,
                "rewritten since it was first read on 2026-09-21", "e", "f"),
            .init(
                Finding(.bytes(.knownSince("2026-09-21", as: nil))), .checksumMismatch,
                "known since 2026-09-21"),
            .init(
                Finding(.bytes(.knownSince("2026-09-21", as: "bit rot"))), .checksumMismatch,
                "known since 2026-09-21: bit rot"),
        ] + differences

    private static let differences: [ToldFinding] = [
        differing(
            .bitRot, "bit rot: same ETag and date as on 2026-09-22, when it was last good; 2 of 9 chunks"),
        differing(.overwritten, "overwritten since 2026-09-22, when it was last good; 2 of 9 chunks"),
        differing(
            .neverGood, "never good: backup.sha256 says otherwise since the object was first read"),
        differing(.unknown, "the bytes are not those first read on 2026-09-21; 2 of 9 chunks"),
        differing(
            .overwritten,
            "overwritten since 2026-09-22, when it was last good; 2 of 9 chunks; all that it holds is as the manifest says: the damage is in bytes that no member covers (headers, padding, what the compression adds)",
            holdsIntactMembers: true),
        differing(
            .neverGood,
            "never good: backup.sha256 says otherwise since the object was first read; all that it holds is as the manifest says: the sum file is wrong, or bytes that no member covers (headers, padding, what the compression adds) are",
            holdsIntactMembers: true),
    ]

    private static func differing(
        _ cause: Cause, _ message: String, holdsIntactMembers: Bool = false
    ) -> ToldFinding {
        var difference = Finding.BytesFact.Difference(
            expected: "e", found: "f", pinned: day, lastGood: later, sameness: .etag,
            attestor: "backup.sha256", chunks: .init(damaged: 2, of: 9))
        difference.holdsIntactMembers = holdsIntactMembers
        return ToldFinding(
            Finding(.bytes(.differing(difference)), object: "a", offset: 0, length: 8, cause: cause),
            .checksumMismatch, message, "e", "f")
    }
}
