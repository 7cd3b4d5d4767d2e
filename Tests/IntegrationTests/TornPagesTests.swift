// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Foundation
import TestKit
import Testing

/// Pages whose checksums fail in a backup that was taken while the server wrote: recovery mends those, and only
/// those, that its WAL holds whole.
@Suite("pages that may be torn", .serialized)
struct TornPagesTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `are forgiven when the backup's WAL holds them whole, and damage otherwise`() async throws {
        try await TemporaryDirectory.with { place in
            let source = place.path("source")
            try await Self.makeBackup(source)
            let pages = try Pages(BackupSurgeon(copying: source, to: "/nowhere"))
            let meanwhile = try #require(pages.changed(after: pages.start, upTo: pages.end))
            let before = try #require(pages.changed(after: 0, upTo: pages.start - 1))

            let torn = try await Self.verify(source, place.path("torn/x")) { try $0.tear(meanwhile) }
            #expect(torn.verdict == "verified" && torn.errors.isEmpty, "\(torn)")
            let note = try #require(torn.findings.first { $0.code == "PAGE_CHECKSUM" })
            #expect(note.severity == "note" && note.member == meanwhile.file)
            #expect(note.message.contains("blocks \(meanwhile.block) were being written"))

            let old = try await Self.verify(source, place.path("old/x")) { try $0.tear(before) }
            #expect(old.errors.map(\.code) == ["PAGE_CHECKSUM"] && old.errors[0].member == before.file)

            // A page may say what it likes of its last change: the WAL must hold it.
            let claimed = try await Self.verify(source, place.path("claimed/x")) {
                try $0.tear(before, saying: pages.end - 8)
            }
            #expect(claimed.errors.map(\.code) == ["PAGE_CHECKSUM"], "\(claimed)")
            let beyond = try await Self.verify(source, place.path("beyond/x")) {
                try $0.tear(meanwhile, saying: pages.end + (1 << 30))
            }
            #expect(beyond.errors.map(\.code) == ["PAGE_CHECKSUM"], "\(beyond)")
            // All of it, however often it says so: a page of no place in WAL, in a backup from its very start.
            let nowhere = try await Self.verify(source, place.path("nowhere/x")) { surgeon in
                try surgeon.tear(meanwhile, saying: 0)
                try surgeon.change("backup_label") { bytes in
                    let text = String(decoding: bytes, as: UTF8.self)
                    bytes = Array(
                        text.replacing(
                            /START WAL LOCATION: [0-9A-F]+\/[0-9A-F]+/, with: "START WAL LOCATION: 0/0"
                        )
                        .utf8)
                }
            }
            #expect(nowhere.errors.map(\.code) == ["WRONG_CLUSTER", "WRONG_CLUSTER"], "\(nowhere)")
            let walless = try await Self.verify(source, place.path("walless/x")) {
                try $0.tear(meanwhile)
                $0.wal = nil
            }
            #expect(walless.errors.map(\.code) == ["PAGE_CHECKSUM"], "\(walless)")
        }
    }

    /// So slowly that pages change while they are copied.
    private static func makeBackup(_ folder: String) async throws {
        let settings = ["wal_keep_size = '600MB'", "max_wal_size = '600MB'"]
        try await PostgresCluster.with(.v15, settings: settings) { cluster in
            let words = cluster.connection + ["postgres"]
            try await cluster.program("pgbench")(["-i", "-q", "-s", "1"] + words)
            // What is changed must reach the files before they are copied.
            let script = try cluster.makeDirectory("scripts") + "/write.sql"
            let lines =
                "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 500 = 3;\nCHECKPOINT;\n"
            try Data(lines.utf8).write(to: URL(filePath: script))
            async let load = cluster.program("pgbench")(["-n", "-f", script, "-T", "14"] + words)
            try await cluster.baseBackup(into: folder, ["-Ft", "-X", "stream", "--max-rate=4M"])
            _ = try await load
        }
    }

    private static func verify(
        _ source: String, _ folder: String, _ damage: (BackupSurgeon) throws -> Void
    ) async throws -> VerificationDocument.Backup {
        let surgeon = try BackupSurgeon(copying: source, to: folder)
        try damage(surgeon)
        surgeon.rewriteManifest()
        try await surgeon.write()
        let store = URL(filePath: folder).deletingLastPathComponent().path
        let run = try await Binary()("verify", store, "--json", "--no-history")
        return try #require(try run.verification().backups.first)
    }
}

/// A page of a relation in an archive.
private struct Page {
    var file: String
    var block: Int
    var changed: UInt64
}

/// All pages of the main forks, and where the backup's WAL starts and ends.
private struct Pages {
    let start: UInt64
    let end: UInt64
    private let all: [Page]

    init(_ surgeon: BackupSurgeon) throws {
        let manifest = try BackupManifest.parse(Array(try #require(surgeon.manifest).utf8))
        let range = try #require(manifest.walRanges.first)
        (start, end) = (range.start.position, range.end.position)
        all = surgeon.base.members.flatMap { member -> [Page] in
            guard RelationFile(ObjectName(member.name))?.fork == .main else { return [] }
            return (0..<member.content.count / 8192).compactMap { Self.page($0, of: member) }
        }
    }

    private static func page(_ block: Int, of member: TarFile.Member) -> Page? {
        let header = member.content[block * 8192..<block * 8192 + 16]
        guard header.contains(where: { $0 != 0 }) else { return nil }
        func word(_ place: Int) -> UInt64 {
            (0..<4).reduce(0) { $0 | UInt64(header[header.startIndex + place + $1]) << (8 * $1) }
        }
        return Page(file: member.name, block: block, changed: word(0) << 32 | word(4))
    }

    func changed(after low: UInt64, upTo high: UInt64) -> Page? {
        all.last { $0.changed > low && $0.changed <= high }
    }
}

extension BackupSurgeon {
    /// Puts other bytes into the second half of a page, and perhaps another place of its last change.
    fileprivate func tear(_ page: Page, saying changed: UInt64? = nil) throws {
        try change(page.file) { bytes in
            let start = page.block * 8192
            for offset in 5000..<5100 { bytes[start + offset] ^= 0x5A }
            guard let changed else { return }
            for index in 0..<4 {
                bytes[start + index] = UInt8(truncatingIfNeeded: changed >> (32 + 8 * index))
                bytes[start + 4 + index] = UInt8(truncatingIfNeeded: changed >> (8 * index))
            }
        }
    }
}
