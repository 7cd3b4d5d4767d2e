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
                    var binary = world.binary
                    binary.wrapper = [
                        Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)",
                        "-e", "inject=\(call):signal=KILL:when=\(count)",
                    ]
                    let killed = try await world.restore(outcome + ["--no-history"], by: binary)
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
