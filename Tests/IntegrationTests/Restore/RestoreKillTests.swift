// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("kill -9 of a restore", .serialized)
struct RestoreKillTests {
    /// Calls by which files come to be, get their names and are made safe.
    private static let calls = [
        "openat", "write", "mkdirat", "fchown", "symlinkat", "unlinkat", "fsync", "syncfs", "renameat",
        "execve",
    ]
    private static let counts = [1, 2, 3, 5, 10, 100, 700]
    private static let strace = "/usr/bin/strace"

    @Test(
        Requires.postgres(.v15),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "strace is not installed"),
        .timeLimit(.minutes(20)))
    func `leaves the target absent or whole, and the next run completes`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            var points = 0
            for (index, call) in Self.calls.enumerated() {
                for count in Self.counts {
                    // With a server every other time, whose processes are hit as well.
                    let outcome = (index + count) % 2 == 0 ? ["--no-start"] : []
                    let killed = try await world.restore(
                        outcome + ["--no-history"], by: Self.killed(world.binary, before: call, count))
                    guard killed.ending == .signaled(SIGKILL) else {
                        // Fewer calls than that; or one of PostgreSQL's own processes was hit.
                        #expect(killed.status == 0 || world.isUntouched, "\(call) \(count): \(killed)")
                        try world.removeRestored()
                        guard killed.status == 0 else { continue }
                        break
                    }
                    try await Self.expectRecovery(world, outcome, "\(call) \(count)")
                    points += 1
                }
            }
            print("kill -9 of a restore before a call: \(points) points")
            #expect(points >= 20)
        }
    }

    /// The program under strace, which kills it before a call of its.
    private static func killed(_ binary: Binary, before call: String, _ count: Int) -> Binary {
        var binary = binary
        binary.wrapper = [
            strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
            "-e", "inject=\(call):signal=KILL:when=\(count)",
        ]
        return binary
    }

    /// One call of each phase: plan, writing, putting together, recovery, scripts, switch.
    private static let points = [
        ("openat", 90), ("mkdirat", 6), ("write", 60), ("execve", 3), ("unlinkat", 4), ("symlinkat", 1),
        ("syncfs", 1), ("renameat", 1),
    ]

    @Test(
        Requires.postgres(.v18),
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "no strace"),
        .timeLimit(.minutes(20)))
    func `of a chain leaves nothing half made`() async throws {
        try await RestoreWorld.with(.v18, settings: ["summarize_wal = on"]) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            try await world.cluster.psql(
                "UPDATE t SET md5 = 'x' WHERE n = 1; UPDATE u SET md5 = 'x' WHERE n = 1")
            let manifest = try world.cluster.makeDirectory("parent") + "/manifest"
            try FileManager.default.copyItem(
                atPath: "\(world.store)/20251101T000000/backup_manifest", toPath: manifest)
            try await Program("chmod")(["a+r", manifest])
            try await world.backUp("20251102T000000", ["-Ft", "-z", "--incremental=\(manifest)"])
            try await Self.expectRecoveries(world, world.binary, "chain")
        }
    }

    @Test(
        Requires.postgres(.v15), Requires.rclone,
        .enabled(if: FileManager.default.isExecutableFile(atPath: strace), "no strace"),
        .timeLimit(.minutes(20)))
    func `of a restore from S3 with an archive of WAL and scripts leaves nothing half made`() async throws {
        let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        try await RestoreWorld.with(.v15, settings: settings) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            try await world.cluster.psql("CREATE TABLE later AS SELECT 1 AS a; SELECT pg_switch_wal()")
            try await world.cluster.stop()
            try FileManager.default.copyItem(atPath: archive, toPath: world.directory.path("wal"))
            try world.directory.write(
                Array("CREATE TABLE made AS SELECT * FROM later;\n".utf8), to: "scripts/1.sql")
            try await RcloneServer.with(serving: world.directory.path) { rclone in
                var binary = world.binary
                binary.environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
                binary.environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
                binary.environment["POST_INIT_SCRIPT_USER"] = "postgres"
                binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
                let words = [
                    "-e", rclone.endpoint, "--wal-archive", "s3://wal", "-I", world.directory.path("scripts"),
                ]
                try await Self.expectRecoveries(world, binary, "S3", words, from: "s3://store", table: "made")
            }
        }
    }

    /// Kills a restore at each of the points, and lets the next one go over what it left.
    private static func expectRecoveries(
        _ world: RestoreWorld, _ binary: Binary, _ name: String, _ words: [String] = [],
        from location: String? = nil, table: String = "t"
    ) async throws {
        var hit = 0
        for (call, count) in points {
            let killed = try await world.restore(
                words + ["--no-history"], from: location, by: Self.killed(binary, before: call, count))
            if killed.ending == .signaled(SIGKILL) { hit += 1 }
            let isThere = FileManager.default.fileExists(atPath: world.target)
            #expect(killed.status != 0 || isThere, "\(name), \(call) \(count): \(killed)")
            if !isThere {
                let next = try await world.restore(words + ["--no-history"], from: location, by: binary)
                try #require(next.status == 0, "\(name), \(call) \(count): \(next)")
            }
            let rows = try await world.restoredRows(
                "SELECT count(*), (SELECT count(*) > 0 FROM \(table)) FROM t NATURAL JOIN u")
            #expect(rows == "5000|t", "\(name), \(call) \(count)")
            try world.removeRestored()
            // Done but for its tidying up, it leaves that to the next restore to the same place.
            if isThere {
                try await Program("rm")(["-rf", world.staging, world.directory.path(".space.pg_backctl")])
            }
            #expect(world.isUntouched, "\(name), \(call) \(count): something was left")
        }
        print("kill -9 of a restore (\(name)) before a call: \(hit) points")
        #expect(hit >= 6)
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `at any moment loses nothing either`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.backUp("20251101T000000", ["-Ft", "-z"])
            let clock = ContinuousClock()
            let start = clock.now
            try #require(try await world.restore("--no-history").status == 0)
            let whole = clock.now - start
            try world.removeRestored()
            let points = 12
            for point in 1...points {
                let arguments = world.words("--no-history")
                let killed = try await world.binary.run(arguments) { running in
                    try await clock.sleep(for: whole * point / (points + 1))
                    // It may have ended already.
                    try? running.send(.kill)
                }
                guard killed.ending == .signaled(SIGKILL) else {
                    try world.removeRestored()
                    continue
                }
                try await Self.expectRecovery(world, [], "moment \(point)")
            }
        }
    }

    /// Looks at what the kill left, and lets the next run go over it.
    private static func expectRecovery(
        _ world: RestoreWorld, _ words: [String], _ point: String
    ) async throws {
        if FileManager.default.fileExists(atPath: world.target) {
            let rows = try await world.restoredRows("SELECT count(*) FROM t NATURAL JOIN u")
            #expect(rows == "5000", "\(point): there and not whole")
            try world.removeRestored()
            try await Program("rm")(["-rf", world.staging, world.directory.path(".space.pg_backctl")])
            return
        }
        let next = try await world.restore(words + ["--no-history"])
        try #require(next.status == 0, "\(point): \(next)")
        let rows = try await world.restoredRows("SELECT count(*) FROM t NATURAL JOIN u")
        #expect(rows == "5000", "\(point)")
        try world.removeRestored()
        #expect(world.isUntouched, "\(point): something was left")
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)), arguments: Form.allCases)
    func `goes on with the files that were written`(_ form: Form) async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.cluster.psql(
                "CREATE TABLE large AS SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 60000) n")
            // Two are read at a time, the largest first: this one is done long before that one.
            try await world.cluster.psql("CREATE TABLE smaller AS SELECT * FROM large WHERE n < 6000")
            try await world.backUp("20251101T000000", [form.rawValue, "-X", "stream"])
            let slow = world.words("--limit-rate", "5M")
            let stopped = try await world.binary.run(slow) { running in
                try await running.send(.terminate, once: { Self.largeFile(world, form) != nil })
            }
            #expect(stopped.status == 143, "\(stopped)")
            #expect(!FileManager.default.fileExists(atPath: world.target))
            // What rotted meanwhile, and what nobody can have written but a reading that went wrong.
            try Self.flip(try #require(Self.largeFile(world, form)))
            try world.directory.write([1], to: ".restored.pg_backctl/data/base/stray")
            let next = try await world.restore()
            #expect(next.status == 0 && next.output.contains("files of an interrupted restore"), "\(next)")
            #expect(try await world.restoredRows("SELECT count(*) FROM large") == "60000")
            #expect(!FileManager.default.fileExists(atPath: "\(world.target)/base/stray"))
            // Every page is as it was, that of the rotten file too.
            try await world.cluster.program("pg_checksums")(["--check", "-D", world.target])
        }
    }

    /// A file of more than a mebibyte that the next run may go on with.
    private static func largeFile(_ world: RestoreWorld, _ form: Form) -> String? {
        let data = "\(world.staging)/data"
        let names: [String]
        switch form {
        case .archive: names = (try? FileManager.default.subpathsOfDirectory(atPath: data)) ?? []
        case .plain:
            let list = (try? String(contentsOfFile: "\(world.staging)/kept", encoding: .utf8)) ?? ""
            names = list.split(separator: "\n").compactMap { line in
                line.firstMatch(of: /"name":"([^"]+)"/).map { String($0.1).replacing("\\/", with: "/") }
            }
        }
        return names.filter { $0.hasPrefix("base/") }.map { "\(data)/\($0)" }.first { path in
            let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
            return (size?.intValue ?? 0) > 2 << 20
        }
    }

    private static func flip(_ path: String) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: 1_000_000)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 1_000_000)
        try handle.write(contentsOf: Data([byte ^ 1]))
    }

    /// How the files of a backup lie in the store.
    enum Form: String, CaseIterable {
        case plain = "-Fp"
        case archive = "-Ft"
    }
}
