// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

/// A finding and how it is told.
struct ToldFinding: Sendable, CustomTestStringConvertible {
    let finding: Finding
    let code: FindingCode
    let severity: Severity
    let message: String
    let expected: String?
    let found: String?

    init(
        _ finding: Finding, _ code: FindingCode, _ severity: Severity, _ message: String,
        _ expected: String? = nil, _ found: String? = nil
    ) {
        (self.finding, self.code, self.severity) = (finding, code, severity)
        (self.message, self.expected, self.found) = (message, expected, found)
    }

    /// An error, as most are.
    init(
        _ finding: Finding, _ code: FindingCode, _ message: String, _ expected: String? = nil,
        _ found: String? = nil
    ) {
        self.init(finding, code, .error, message, expected, found)
    }

    var testDescription: String { message }

    static let all = objects + readings + bytes + controls + contents + identities + wal + backups + inside
}

// The day of `Timestamp(seconds: 1_790_000_000)` is 2026-09-21.
private let day = Timestamp(seconds: 1_790_000_000)

extension ToldFinding {
    private static let objects: [ToldFinding] = [
        .init(
            Finding(.presence(.missingFromSumFile(line: 3)), object: "base.tar"), .missingObject,
            "is listed in the sum file and does not exist", "line 3 of backup.sha256", "nothing"),
        .init(
            Finding(.presence(.missingFromManifest), object: "base/5/1"), .missingObject,
            "is listed in the manifest and does not exist", "listed in backup_manifest", "nothing"),
        .init(
            Finding(.presence(.gone(since: day, withChecksum: true)), object: "a"), .missingObject,
            "was removed together with its checksum", "there since 2026-09-21", "nothing"),
        .init(
            Finding(.presence(.gone(since: day, withChecksum: false)), object: "a"), .missingObject,
            "was there when first read on 2026-09-21", "there since 2026-09-21", "nothing"),
        .init(
            Finding(.presence(.unlisted(by: .sumFile)), object: "a"), .unlistedObject,
            "is not listed in the sum file"),
        .init(
            Finding(.presence(.unlisted(by: .manifest)), object: "a"), .unlistedObject,
            "is not listed in the manifest"),
        .init(
            Finding(.presence(.unlistedBehindLink), object: "a"), .unlistedObject, .warning,
            "is not listed in the sum file, whose maker saw nothing behind a tablespace's link; only the manifest vouches for it"
        ),
        .init(
            Finding(.presence(.lostFiles(Sample(["a", "b"]))), object: "base.tar"), .missingMember,
            "lost with it, by the manifest: a, b", "2 files", "nothing"),
        .init(
            Finding(.presence(.lostFiles(Sample(["a", "b", "c"], most: 2))), object: "base.tar"),
            .missingMember, "lost with it, by the manifest: a, b and 1 more", "3 files", "nothing"),
        .init(
            Finding(.presence(.lostSegments(["S1", "S2"])), object: "pg_wal.tar"), .walGap,
            "WAL that recovery needs is lost with it: S1, S2", "S1, S2", "nothing"),
        .init(
            Finding(.presence(.lostStretches([stretch])), object: "pg_wal.tar"), .walGap,
            "WAL that recovery needs is lost with it: 0/28 to 0/100 of timeline 2",
            "0/28 to 0/100 of timeline 2", "nothing"),
        .init(
            Finding(.presence(.vanished), object: "a"), .objectChanging,
            "was listed, and was gone when it was to be read"),
        .init(
            Finding(.presence(.appeared), object: "a"), .objectChanging,
            "was not listed at first and is there now: verify again when nothing writes to the backup"),
        .init(
            Finding(.presence(.backupVanished)), .objectChanging,
            "the whole backup went away while it was verified: was it deleted?"),
    ]

    private static let readings: [ToldFinding] = [
        .init(
            Finding(.reading(.noObject("it is a link", isTablespace: false)), object: "a"), .unreadableObject,
            "cannot be read as an object: it is a link"),
        .init(
            Finding(.reading(.noObject("it is a link", isTablespace: true)), object: "pg_tblspc/1"),
            .unreadableObject,
            "cannot be read as an object: it is a link; give a LOCATION that holds both the backup and its tablespaces, or take such backups in tar format"
        ),
        .init(
            Finding(.reading(.failed(.other, reason: "no route", hints: ["wait?", "retry."])), object: "a"),
            .unreadableObject, "no route (wait?) (retry.)"),
        .init(
            Finding(.reading(.failed(.changing, reason: "it changed", hints: [])), object: "a"),
            .objectChanging, "it changed"),
        .init(
            Finding(.reading(.failed(.archived, reason: "in GLACIER", hints: [])), object: "a"),
            .archivedObject, "in GLACIER"),
        .init(
            Finding(
                .reading(.unstable(first: "e1", second: "f2", isSoundNow: true)), object: "a",
                cause: .unstableRead), .unstableRead, .warning,
            "the first reading was wrong, the second right: look at the network, the disk and the memory",
            "e1", "f2"),
        .init(
            Finding(.reading(.unstable(first: nil, second: "f2", isSoundNow: false)), object: "a"),
            .unstableRead,
            "two readings were wrong in two ways: look at the network, the disk and the memory", nil, "f2"),
        .init(Finding(.reading(.busy(reason: "run 3 holds it"))), .backupBusy, "run 3 holds it"),
    ]

    private static let controls: [ToldFinding] = [
        .init(
            Finding(.control(.invalidSumFile(fault)), object: "backup.sha256"), .sumFileInvalid,
            "it is not valid", "e", "f"),
        .init(
            Finding(.control(.invalidManifest(fault)), object: "backup_manifest"), .manifestInvalid,
            "it is not valid", "e", "f"),
        .init(
            Finding(.control(.manifestChecksum(fault)), object: "backup_manifest"), .manifestChecksum,
            "it is not valid", "e", "f"),
        .init(
            Finding(.control(.noSumFile(hasManifest: false)), object: "backup.sha256"), .sumFileMissing,
            .warning,
            "there is no sum file: the bytes were read and pinned, but nothing says what they should be"),
        .init(
            Finding(.control(.noSumFile(hasManifest: true)), object: "backup.sha256"), .sumFileMissing,
            .warning,
            "there is no sum file, and the manifest holds no checksums (algorithm NONE): the bytes were read and pinned, but nothing says what they should be"
        ),
        .init(
            Finding(.control(.noManifest), object: "backup_manifest"), .manifestMissing, .warning,
            "there is no manifest: whether files are missing or were replaced cannot be told"),
        .init(
            Finding(.control(.infoContradicts("it is of another label"))), .infoContradicts, .warning,
            "it is of another label"),
        .init(
            Finding(.control(.infoChecksum(line: 4, expected: "e", found: "f"))), .checksumMismatch,
            "is not what line 4 of the sum file says", "e", "f"),
    ]

    private static let backups: [ToldFinding] = [
        .init(
            Finding(.backup(.incomplete(reason: "'base.tar' is missing", isYoung: true))), .incompleteBackup,
            .note, "'base.tar' is missing (still being uploaded?)"),
        .init(
            Finding(.backup(.incomplete(reason: "'base.tar' is missing", isYoung: false))), .incompleteBackup,
            .warning, "'base.tar' is missing (it was never finished)"),
        .init(
            Finding(.backup(.uninspectable(isLegacyArchive: true))), .unsupportedFormat, .warning,
            "this is an archive of an older tool: its bytes were compared, its contents cannot be inspected"),
        .init(
            Finding(.backup(.uninspectable(isLegacyArchive: false))), .unsupportedFormat, .warning,
            "this is no backup of pg_basebackup: its bytes were compared, its contents cannot be inspected"),
        .init(
            Finding(.backup(.parentMissing(start: position, below: nil))), .missingParent, .warning,
            "this backup is incremental, and the one it builds on, which starts at 0/28 of timeline 2, is not in the store",
            "a backup that starts at 0/28 of timeline 2", "none"),
        .init(
            Finding(.backup(.parentMissing(start: position, below: "B"))), .missingParent, .warning,
            "'B', on which this incremental backup builds, is incremental itself, and the one it builds on, which starts at 0/28 of timeline 2, is not in the store",
            "a backup that starts at 0/28 of timeline 2", "none"),
        .init(
            Finding(
                .backup(
                    .parentPerhapsUnread(
                        start: position, below: "B", .archived, doubt: "'A' could not be read (cold)"))),
            .archivedObject,
            "'B', on which this incremental backup builds, is incremental itself, and the one it builds on, which starts at 0/28 of timeline 2, was not found; 'A' could not be read (cold), and may be it",
            "a backup that starts at 0/28 of timeline 2", "none that can be read"),
        .init(
            Finding(.backup(.othersUnread(.other, doubt: "'A' could not be read (lost)"))), .unreadableObject,
            .note, "'A' could not be read (lost) when the one that this backup builds on was looked for"),
        .init(
            Finding(.backup(.parentUnknown(label: "A"))), .missingParent, .warning,
            "this backup is incremental, and whether 'A', on which it builds, builds on another one is not known: verify all of the store, or that backup first",
            "'A' inspected", "nobody has looked into it"),
        .init(
            Finding(.backup(.parentDamaged(label: "A", .damaged))), .damagedParent,
            "this backup is incremental, and 'A', on which it builds, is damaged: nothing can be restored from the two",
            "a sound backup 'A'", "damaged"),
        .init(
            Finding(.backup(.parentWithoutChecksums(label: "A"))), .chainChecksums,
            "this backup is incremental and its pages have checksums, and those of 'A', on which it builds, have none: put together by pg_combinebackup, pages would not match their checksums",
            "page checksums in 'A'", "none"),
        .init(
            Finding(.backup(.parentChecksumsUnknown(label: "A"))), .missingParent, .warning,
            "this backup is incremental and its pages have checksums, and whether those of 'A', on which it builds, have them is not known: verify all of the store, or that backup first",
            "'A' inspected", "nobody has looked into it"),
        .init(
            .others(100, .missingMember, .error, object: "base.tar"), .missingMember,
            "and 100 more of this kind (MISSING_MEMBER)"),
        .init(
            .recorded(.clockSkew, .note, expected: "e", found: "f", message: "as it was said"), .clockSkew,
            .note, "as it was said", "e", "f"),
    ]
}

// What several of them need.
extension ToldFinding {
    static let fault = Finding.FormatFault(reason: "it is not valid", expected: "e", found: "f")
    static let position = Finding.WALPosition("0/28", timeline: 2)
    static let stretch = Finding.WALStretch(from: "0/28", to: "0/100", timeline: 2)
}
