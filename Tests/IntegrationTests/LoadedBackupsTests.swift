// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import Digests
import Foundation
import TestKit
import Testing

@Suite("backups of a server at work", .serialized)
struct LoadedBackupsTests {
    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `are inspected, with the members that tar and pg_verifybackup see`(
        version: PostgresCluster.Version
    ) async throws {
        let settings = ["wal_keep_size = '600MB'", "max_wal_size = '600MB'"]
        let initdb = ["--data-checksums", "--wal-segsize=1"]
        try await TemporaryDirectory.with { place in
            try await PostgresCluster.with(version, initdb: initdb, settings: settings) { cluster in
                let store = place.path("store")
                try await Self.makeBackups(of: cluster, in: store)
                let labels = try FileManager.default.contentsOfDirectory(atPath: store)
                #expect(labels.count == 11)
                let run = try await Binary()("verify", store, "--json", "--no-history")
                #expect(run.status == 7, "\(run.errors)")
                for label in labels {
                    try Self.expect(try #require(try run.verification().backup(label)))
                    if label.hasPrefix("plain") { continue }
                    let unpacked = place.path("unpacked-\(label)")
                    try await Self.compare("\(store)/\(label)", unpacked)
                    try await cluster.verifyBackup(
                        (label == "none" ? ["-n"] : [])
                            + ["-m", "\(store)/\(label)/backup_manifest", unpacked], isOurs: true)
                    try FileManager.default.removeItem(atPath: unpacked)
                }
            }
        }
    }

    private static func expect(_ backup: VerificationDocument.Backup) throws {
        let hasWAL = backup.label != "none"
        #expect(backup.verdict == (hasWAL ? "verified" : "incomplete"), "\(backup)")
        #expect(backup.level == (hasWAL ? "inspected" : "checksummed"), "\(backup)")
        let codes = Set(backup.problems.map(\.code)).subtracting(["INFO_CONTRADICTS"])
        let isStandby = backup.label.hasSuffix("standby")
        #expect(codes == (hasWAL ? isStandby ? ["RECOVERY_SETTINGS_ADDED"] : [] : ["WAL_GAP"]), "\(backup)")
        if hasWAL { return }
        let gap = try #require(backup.problems.first { $0.code == "WAL_GAP" })
        #expect(
            gap.message.contains(
                /recovery needs WAL from [0-9A-F\/]+ to [0-9A-F\/]+ of timeline 1 from an archive/))
    }

    // MARK: Backups

    private static func makeBackups(of cluster: PostgresCluster, in store: String) async throws {
        try await cluster.program("pgbench")(["-i", "-q", "-s", "1"] + cluster.connection + ["postgres"])
        try await take("plain", ["-Fp", "-X", "stream"], of: cluster, store)
        try await take("plain-standby", ["-Fp", "-R", "-X", "fetch"], of: cluster, store)
        try await take("small", ["-Ft", "-z", "-X", "stream"], of: cluster, store)
        let space = try cluster.makeDirectory("space")
        try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
        try await cluster.psql("ALTER TABLE pgbench_accounts SET TABLESPACE elsewhere")
        try await take("tar", ["-Ft", "-X", "stream"], of: cluster, store)
        try await take("gzip", ["-Ft", "-z", "-X", "stream"], of: cluster, store)
        try await take("fetched", ["-Ft", "-z", "-X", "fetch"], of: cluster, store)
        try await take("none", ["-Ft", "-X", "none"], of: cluster, store)
        try await take("standby", ["-Ft", "-R", "-X", "stream"], of: cluster, store)
        // Only Debian's PostgreSQL 15 compresses by these itself.
        for format in ["zstd", "lz4"] where cluster.version == .v15 {
            try await take(format, ["-Ft", "-X", "stream", "--compress=\(format)"], of: cluster, store)
        }
        for (tool, suffix) in [("zstd", "zst"), ("lz4", "lz4"), ("bzip2", "bz2")] {
            try await pack("\(store)/tar", by: tool, suffix, to: "\(store)/\(tool)")
        }
        for label in try FileManager.default.contentsOfDirectory(atPath: store) {
            try await writeSumFile(in: "\(store)/\(label)")
        }
    }

    /// While pgbench writes.
    private static func take(
        _ label: String, _ arguments: [String], of cluster: PostgresCluster, _ store: String
    ) async throws {
        async let load = cluster.program("pgbench")(
            ["-n", "-c", "2", "-T", "2"] + cluster.connection + ["postgres"])
        try await cluster.baseBackup(into: "\(store)/\(label)", arguments)
        _ = try await load
    }

    /// Compresses what pg_basebackup of this version has not compressed itself.
    private static func pack(_ source: String, by tool: String, _ suffix: String, to folder: String)
        async throws
    {
        guard !FileManager.default.fileExists(atPath: folder) else { return }
        let script =
            "cp -r \"$0\" \"$1\" && cd \"$1\" && for f in *.tar; do $2 -c < $f > $f.$3 && rm $f; done"
        try await Program("sh")(["-c", script, source, folder, tool, suffix])
    }

    // MARK: Members

    /// Unpacks with the usual tools and compares every file and folder.
    private static func compare(_ folder: String, _ unpacked: String) async throws {
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        var ours: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.contains(".tar") {
            let prefix = prefix(of: name)
            let place = "\(unpacked)/\(prefix)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let tools = ["gz": "gzip", "zst": "zstd", "lz4": "lz4", "bz2": "bzip2"]
            let tool =
                name.split(separator: ".").last.flatMap { tools[String($0)] }.map { "\($0) -dc" } ?? "cat"
            try await Program("sh")(["-c", "\(tool) < '\(folder)/\(name)' | tar -x -C '\(place)'"])
            let members = Members(prefix)
            let reader = Decompressor(
                into: TarReader(into: members), budget: .max, manyGzipMembers: name.hasPrefix("pg_wal"))
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
            try reader.receive(bytes.span.bytes)
            try reader.finish()
            ours.merge(members.digests) { _, new in new }
        }
        let list =
            "find . -type f -printf '%P\\0' | xargs -0 sha256sum; find . -mindepth 1 -type d -printf 'folder %P\\n'"
        let output = try await Program("sh")(["-c", list], in: unpacked)
        var theirs: [String: String] = [:]
        for line in output.split(separator: "\n") {
            if let path = line.wholeMatch(of: /folder (.*)/)?.1 { theirs[String(path)] = "folder" }
            if let file = line.wholeMatch(of: /([0-9a-f]{64})  (.*)/) {
                theirs[String(file.2)] = String(file.1)
            }
        }
        // The folder of a tablespace is named by its archive, not in it; that of base.tar is a folder, too.
        for path in theirs.keys where ours[path] == nil && path.hasPrefix("pg_tblspc/") {
            if !path.dropFirst(10).contains("/") { theirs[path] = nil }
        }
        #expect(ours.count > 900 && ours == theirs, "\(folder)")
    }

    private static func prefix(of name: String) -> String {
        if name.hasPrefix("base") { return "" }
        if name.hasPrefix("pg_wal") { return "pg_wal/" }
        return "pg_tblspc/\(name.prefix { $0 != "." })/"
    }
}

/// The digest of each file, and which folders there are.
private final class Members: MemberSink {
    private(set) var digests: [String: String] = [:]
    private let prefix: String
    private var open: (path: String, content: [UInt8])?

    init(_ prefix: String) { self.prefix = prefix }

    func begin(_ member: TarMember) {
        let path = prefix + String(decoding: member.path, as: UTF8.self)
        if member.kind == .directory { return digests[path] = "folder" }
        open = (path, [])
    }

    func receive(_ bytes: RawSpan) { bytes.withUnsafeBytes { open?.content.append(contentsOf: $0) } }

    func end() {
        if let open { digests[open.path] = SHA256.digest(of: open.content).hex }
        open = nil
    }
}
