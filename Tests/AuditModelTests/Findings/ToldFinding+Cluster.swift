// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension ToldFinding {
    static let identities: [ToldFinding] =
        [
            (.control, .pgControlInvalid), (.version, .pgVersionInvalid), (.label, .backupLabelInvalid),
            (.tablespaceMap, .tablespaceMap),
        ].flatMap { (file: Finding.IdentityFact.File, code: FindingCode) -> [ToldFinding] in
            [
                .init(
                    Finding(.identity(.missing(file)), member: "PG_VERSION"), code,
                    "there is no 'PG_VERSION': PostgreSQL cannot start on this", "the file", "nothing"),
                .init(Finding(.identity(.invalid(file, fault))), code, "it is not valid", "e", "f"),
            ]
        } + [
            .init(
                Finding(.identity(.unknownVersion(fault)), member: "PG_VERSION"), .unsupportedFormat,
                .warning, "it is not valid: pages and WAL were not judged by it", "e", "f"),
            .init(
                Finding(.identity(.unmappedTablespace(7))), .tablespaceMap,
                "tablespace 7 is in the backup and not in its tablespace_map", "a line for tablespace 7",
                "none"),
            .init(
                Finding(.identity(.lostTablespace(7))), .tablespaceMap,
                "tablespace 7 is in tablespace_map and not in the backup", "'7.tar'", "nothing"),
        ] + disagreements

    private static let disagreements: [ToldFinding] = [
        disagreement(
            .controlOfVersion(14, expected: 15), "pg_control is not of PostgreSQL 15, as PG_VERSION says",
            "PostgreSQL 15", "14"),
        disagreement(
            .controlFormat(1201, expected: 1300, ofVersion: 15),
            "pg_control is not of PostgreSQL 15, as PG_VERSION says", "control version 1300", "1201"),
        disagreement(
            .manifestOfCluster(8, expected: 7), "the manifest is of cluster 8, pg_control of 7", "7", "8"),
        disagreement(
            .startSegment("S2", expected: "0/28"), mixed("backup_label says S2, expected the file of 0/28"),
            "the file of 0/28", "S2"),
        disagreement(
            .checkpoint("0/10", expected: "0/28"),
            mixed("pg_control says 0/10, expected a checkpoint from 0/28 on"), "a checkpoint from 0/28 on",
            "0/10"),
        disagreement(
            .timeline(1, expected: 2), mixed("pg_control says timeline 1, expected timeline 2"), "timeline 2",
            "timeline 1"),
        disagreement(
            .walStart(Sample([.init("0/30", timeline: 2), .init("0/40", timeline: 3)]), expected: position),
            mixed(
                "the manifest says 0/30 of timeline 2, 0/40 of timeline 3, expected 0/28 of timeline 2"),
            "0/28 of timeline 2", "0/30 of timeline 2, 0/40 of timeline 3"),
    ]

    private static func disagreement(
        _ disagreement: Finding.IdentityFact.Disagreement, _ message: String, _ expected: String,
        _ found: String
    ) -> ToldFinding {
        ToldFinding(
            Finding(.identity(.disagreement(disagreement))), .wrongCluster, message, expected, found)
    }

    private static func mixed(_ what: String) -> String {
        "backup_label, pg_control and manifest are not of one backup: \(what)"
    }

    static let wal: [ToldFinding] =
        [
            .init(
                Finding(.wal(.invalid(walFault)), member: "pg_wal/S1"), .walInvalid,
                "WAL is damaged at 0/28 in S1: expected e, found f", "e", "f"),
            .init(
                Finding(.wal(.foreign(walFault)), member: "pg_wal/S1"), .walForeign,
                "WAL of another history at 0/28 in S1: expected e, found f", "e", "f"),
            .init(
                Finding(.wal(.invalidBeyondEnd(walFault)), member: "pg_wal/S1"), .walInvalid, .note,
                "beyond the end of the backup WAL is not sound, at 0/28 in S1: expected e, found f; recovery of the backup does not need it",
                "e", "f"),
            .init(
                Finding(.wal(.ofCluster(8, expected: 7))), .walForeign,
                "the WAL is of cluster 8, the backup of 7", "7", "8"),
            .init(
                Finding(.wal(.ofVersion(14, expected: 15))), .walForeign,
                "the WAL is of PostgreSQL 14, the backup of 15", "PostgreSQL 15", "14"),
            .init(
                Finding(.wal(.endsEarly(at: "0/28"))), .walInvalid,
                "WAL ends at 0/28, before the backup does", "records up to the end of the backup",
                "the last at 0/28"),
            .init(
                Finding(.wal(.endsEarly(at: nil))), .walInvalid,
                "WAL ends at its start, before the backup does", "records up to the end of the backup",
                "the last at its start"),
            .init(
                Finding(.wal(.history(name: "2.history", .missing(timeline: 2)))), .walGap,
                "the backup ends on timeline 2, whose history '2.history' is missing", "2.history", "nothing"),
            .init(
                Finding(.wal(.history(name: "2.history", .invalid(timeline: 2, reason: "it is odd")))),
                .walInvalid,
                "'2.history' does not lead through the backup: expected the history of timeline 2, found it is odd",
                "the history of timeline 2", "it is odd"),
            .init(
                Finding(.wal(.history(name: "3.history", .elsewhere(expected: position)))), .walInvalid,
                "'3.history' does not lead through the backup: expected timeline 2 left at 0/28, found another history",
                "timeline 2 left at 0/28", "another history"),
        ] + lacks

    private static let walFault = Finding.WALFact.Fault(
        segment: "S1", position: "0/28", expected: "e", found: "f")

    private static let lacks: [ToldFinding] = [
        .init(
            Finding(.wal(.absent(needed: Sample([stretch]), hasOwnArchive: true))), .walGap,
            "pg_wal.tar holds no WAL: recovery needs WAL from 0/28 to 0/100 of timeline 2",
            "WAL from 0/28 to 0/100 of timeline 2", "nothing"),
        .init(
            Finding(.wal(.absent(needed: Sample([]), hasOwnArchive: false))), .walGap, .warning,
            "there is no WAL in the backup (--wal-method=none): recovery needs its WAL from an archive",
            "its WAL", "nothing"),
        .init(
            Finding(.wal(.gap(Sample((1...12).map { "S\($0)" })))), .walGap,
            "WAL segments that recovery needs are missing: S1, S2, S3, S4, S5, S6, S7, S8, S9, S10 and 2 more",
            "S1, S2, S3, S4, S5, S6, S7, S8, S9, S10 and 2 more", "nothing"),
        untold(.unusualPages(4096), "its pages have 4096 bytes, as no usual PostgreSQL makes them"),
        untold(.brokenArchive, "an archive is not whole, and WAL may have followed"),
        untold(.other("nobody says"), "nobody says"),
        .init(
            Finding(.wal(.noArchive)), .walGap, .note,
            "there is no pg_wal.tar: WAL is in base.tar (--wal-method=fetch) or in an archive only"),
        .init(
            Finding(.wal(.noSegments)), .walGap, .warning,
            "there is no WAL in pg_wal: recovery needs all of it from an archive"),
        .init(
            Finding(.wal(.noCheckpoint("0/28"))), .walGap,
            "this is a copy of a cluster that was shut down, and its WAL does not hold the checkpoint at 0/28, from which it starts",
            "the checkpoint at 0/28", "none"),
        .init(
            Finding(.wal(.elsewhere("symbolic link"))), .walGap, .warning,
            "pg_wal is a symbolic link: its WAL is not in this LOCATION; give one that holds both, or name where it leads after --wal-archive",
            "a folder", "symbolic link"),
    ]

    private static func untold(_ doubt: Finding.WALFact.Doubt, _ reason: String) -> ToldFinding {
        ToldFinding(
            Finding(.wal(.untold(doubt))), .walGap, .warning,
            "whether the WAL reaches the end of the backup cannot be told: \(reason)")
    }
}
