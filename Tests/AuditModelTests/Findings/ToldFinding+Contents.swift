// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension ToldFinding {
    static let contents = archives + members + pages

    private static let archives: [ToldFinding] =
        [
            (.truncated, .truncatedArchive), (.corrupt, .corruptArchive), (.trailing, .trailingData),
            (.forbidden, .forbiddenMember), (.duplicate, .duplicateMember), (.budget, .budgetExceeded),
            (.unsupported, .unsupportedFormat), (.resources, .unreadableObject),
        ].map { (ending: Finding.ArchiveFact.Ending, code: FindingCode) in
            .init(
                Finding(.archive(.ended(ending, fault)), object: "base.tar"), code,
                ending == .unsupported ? .warning : .error, "it is not valid", "e", "f")
        } + [
            gzip(.none, .warning, "programs that unpack it pass over this"),
            gzip(.misleading, .warning, "it decides where programs look for the content"),
            gzip(.refused, .error, "gunzip and tar refuse to unpack it"),
            .init(
                Finding(.archive(.wrongSuffix(named: "gzip", found: "zstd"))), .wrongSuffix, .warning,
                "its name says gzip, its bytes are zstd", "gzip", "zstd"),
            .init(
                Finding(.archive(.repacked(trait: "pax headers", isProven: true))), .repackedArchive,
                .warning,
                "it was packed again by another program (pax headers), and its members are held against the manifest",
                "an archive of pg_basebackup", "pax headers"),
            .init(
                Finding(.archive(.repacked(trait: "pax headers", isProven: false))), .unsupportedFormat,
                .warning,
                "it was packed again by another program (pax headers), and no manifest says for each of its members what it should be",
                "an archive of pg_basebackup", "pax headers"),
        ]

    private static func gzip(
        _ consequence: Finding.ArchiveFact.GzipConsequence, _ severity: Severity, _ words: String
    ) -> ToldFinding {
        ToldFinding(
            Finding(
                .archive(.gzipHeader(expected: "e", found: "f", consequence)), object: "base.tar.gz",
                offset: 17, length: 1), .gzipHeader, severity,
            "a header of gzip is not as compressors write it, at byte 17: expected e, found f; \(words)", "e",
            "f")
    }

    private static let members: [ToldFinding] = [
        .init(
            member(.missing(size: 9)), .missingMember, "'base/5/1' is in the manifest and nowhere else",
            "9 bytes", "nothing"),
        .init(
            member(.extra(size: 9)), .extraMember, "'base/5/1' is not in the manifest", "nothing", "9 bytes"),
        .init(
            member(.repeated(in: "12.tar")), .duplicateMember, "'base/5/1' is in '12.tar' and in 'base.tar'",
            "it in one archive", "it in '12.tar' too"),
        .init(
            member(.size(expected: 9, found: 8)), .memberSize, "'base/5/1' has 8 bytes, 9 by the manifest",
            "9 bytes", "8 bytes"),
        .init(
            member(.checksum(algorithm: "CRC32C", expected: "e", found: "f")), .memberChecksum,
            "'base/5/1' is not what was backed up: its CRC32C is not the manifest's", "e", "f"),
        .init(
            member(.folder), .forbiddenMember, "'base/5/1' is a directory where the manifest has a file",
            "a file", "a directory"),
        .init(
            member(.mode(0o644)), .modeUnexpected, .note,
            "'base/5/1' has mode 644, which PostgreSQL does not give", "600, 640, 700 or 750", "644"),
        .init(
            member(.mode(0o4600)), .modeUnexpected, .warning,
            "'base/5/1' has mode 4600, which PostgreSQL does not give", "600, 640, 700 or 750", "4600"),
        .init(
            member(.addedSignal), .recoverySettingsAdded, .warning,
            "was added by pg_basebackup --write-recovery-conf: restored, this becomes a standby"),
        .init(
            member(.appendedSettings), .recoverySettingsAdded, .warning,
            "pg_basebackup --write-recovery-conf appended settings; the rest is as in the manifest"),
        .init(member(.invalid(fault)), .memberChecksum, "it is not valid", "e", "f"),
        needed(.file, "there is no 'base/5/1'"), needed(.content, "there is no file in 'base/5/1'"),
        needed(.database(5), "database 5 is in the catalogue, and of 'base/5/1' there is no file"),
        needed(.fileOfDatabase(5), "there is no 'base/5/1': nobody can connect to database 5"),
    ]

    private static func needed(_ need: Finding.MemberFact.Need, _ words: String) -> ToldFinding {
        ToldFinding(
            member(.needed(need)), .missingMember,
            "\(words); was it a link when the backup was made, which PostgreSQL does not follow?",
            "what PostgreSQL needs", "nothing")
    }

    private static func member(_ fact: Finding.MemberFact) -> Finding {
        Finding(.member(fact), object: "base.tar", member: "base/5/1")
    }

    private static let pages: [ToldFinding] = [
        .init(
            page(.damaged(damage(blocks: [120, 88, 89, 90], damaged: 4))), .pageChecksum,
            "'base/5/1' (database 5, file node 1, fork main): blocks 88 to 90, 120 do not match their checksums",
            "200 sound pages", "4 damaged"),
        .init(
            page(
                .damaged(
                    damage(
                        database: 0, blocks: [1], damaged: 2, trailingBytes: 7, fault: "it is odd",
                        isAsBackedUp: true))), .pageChecksum,
            "'base/5/1' (shared by all databases, file node 1, fork main): blocks 1 and more do not match their checksums; it ends with 7 bytes of a page; it is odd; the file is as in the manifest: it was like this when backed up",
            "200 sound pages", "2 damaged"),
        .init(
            page(.torn(.init([1, 2, UInt32.max]))), .pageChecksum, .note,
            "'base/5/1': blocks 1 to 2, 4294967295 were being written while they were copied; the backup's WAL holds them whole"
        ),
        .init(
            page(.perhapsTorn(.init((0..<21).map { 2 * $0 }))), .pageChecksum, .warning,
            "'base/5/1': blocks \((0..<20).map { "\(2 * $0)" }.joined(separator: ", ")), … changed while they were copied; the WAL holds more page images than are remembered, so whether these are among them cannot be told"
        ),
        .init(
            page(.encrypted(pages: 3)), .unsupportedFormat, .warning,
            "'base/5/1': no page matches its checksum, and the backup has the files of pg_tde: they seem encrypted, and were not checked",
            "pages that can be read", "3 that cannot"),
        .init(
            page(.combined(pages: 9, damaged: 2, .init([3, 4]), trailingBytes: 5)), .pageChecksum,
            "'base/5/1', as pg_combinebackup made it: blocks 3 to 4 do not match their checksums; it ends with 5 bytes of a page",
            "9 sound pages", "2 damaged"),
        .init(
            Finding(.pages(.moreFiles(3))), .pageChecksum,
            "and 3 more files with pages that do not match their checksums"),
        .init(
            Finding(.pages(.unusualSizes(pageSize: 4096, blocksPerFile: 99, usualPageSize: 8192))),
            .unsupportedFormat, .warning,
            "this PostgreSQL was built with other sizes of pages or files: pages were not checked",
            "pages of 8192 bytes in files of 1 GiB", "4096 bytes, 99 to a file"),
    ]

    private static func page(_ fact: Finding.PagesFact) -> Finding {
        Finding(.pages(fact), object: "base.tar", member: "base/5/1")
    }

    private static func damage(
        database: UInt32 = 5, blocks: [UInt32], damaged: UInt64, trailingBytes: Int = 0, fault: String? = nil,
        isAsBackedUp: Bool = false
    ) -> Finding.PagesFact.Damage {
        Finding.PagesFact.Damage(
            database: database, fileNode: 1, fork: "main", pages: 200, damaged: damaged, blocks: blocks,
            trailingBytes: trailingBytes, fault: fault, isAsBackedUp: isAsBackedUp)
    }
}
