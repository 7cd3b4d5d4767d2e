// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestKit
import Testing

@Suite("trial restores on a machine that is too small", .serialized)
struct SmallMachineTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `too little memory is no fault of the backup`() async throws {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                "  - {name: large, database: postgres, sql: 'SELECT length(repeat($$x$$, 500000000))', expect: = 500000000}"
            )
            let (told, run) = try await world.told("--checks", checks, "--memory", "384MiB", "--no-amcheck")
            #expect(run.status == 5 && told.failing == ["large: not run"], "\(run)")
            #expect(
                told.failure?.contains("the machine is out of memory (SQLSTATE 53200)") == true, "\(run)")
            #expect(run.output.contains("at most 384 MiB of memory for each process"), "\(run)")
            let (more, _) = try await world.told("--checks", checks, "--memory", "3GiB", "--no-amcheck")
            #expect(more.exitStatus == 0, "\(more)")
            let refused = try await world.trial("--runtime", "local", "--memory", "64MiB")
            #expect(refused.status == 14, "\(refused)")
            #expect(try await world.leavings() == [])
        }
    }

    /// Copies of databases are a few bytes of WAL each, and a folder of many files.
    @Test(
        Requires.postgres(.v15), .enabled(if: geteuid() == 0, "only root can mount"), .timeLimit(.minutes(10))
    )
    func `WAL that writes far more than the backup has ends at the limit, and all of it goes`() async throws {
        let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        try await TrialWorld.with(.v15, settings: settings, hasTablespace: false) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            for number in 1...30 {
                try await world.cluster.psql("CREATE DATABASE d\(number) STRATEGY file_copy")
            }
            let segment = try await world.cluster.psql("SELECT pg_walfile_name(pg_switch_wal())")
            while !FileManager.default.fileExists(atPath: "\(archive)/\(segment)") {
                try await Task.sleep(for: .milliseconds(100))
            }
            try await Program("cp")(["-a", archive, world.directory.path("wal")])
            let words = ["--wal-archive", world.directory.path("wal"), "--no-amcheck"]

            try await Self.withMount(world.scratch, megabytes: 200) {
                let run = try await world.binary.run(world.words(words + ["--json"]))
                let told = try run.document(TrialTold.self)
                #expect(run.status == 5 && told.level == nil, "\(run)")
                #expect(told.failure?.contains("are to stay free while the server runs") == true, "\(told)")
                #expect(try await world.leavings() == [])
            }
            try await Self.withMount(world.scratch, megabytes: 8) {
                let run = try await world.binary.run(world.words(words))
                #expect(run.status == 16, "\(run)")
                #expect(try await world.leavings() == [])
            }
            let run = try await world.binary.run(world.words(words))
            #expect(run.status == 0, "\(run)")
            #expect(try await world.leavings() == [])
        }
    }

    private static func withMount(
        _ place: String, megabytes: Int, _ body: () async throws -> Void
    ) async throws {
        try await Program("mount")(["-t", "tmpfs", "-o", "size=\(megabytes)m", "none", place])
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        try await Program("umount")([place])
        try outcome.get()
    }
}
