// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite("trial restores by programs of this machine", .serialized)
struct LocalTrialTests {
    static let forms: [(PostgresCluster.Version, [String])] = [
        (.v15, ["-Ft", "--compress=server-lz4"]), (.v15, ["-Fp"]), (.v16, ["-Ft", "-z"]),
        (.v18, ["-Ft", "-z"]),
    ]

    @Test(Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(10)), arguments: forms)
    func `of a good backup reach exercised, and leave nothing`(
        version: PostgresCluster.Version, form: [String]
    ) async throws {
        try await TrialWorld.with(version, hasTablespace: form != ["-Fp"]) { world in
            try await world.restore.backUp("20251101T000000", form)
            let began = ContinuousClock.now
            let (told, run) = try await world.told()
            let wall = ContinuousClock.now - began
            #expect(run.status == 0 && told.level == "exercised" && told.failure == nil, "\(run)")
            #expect(told.serverVersion?.hasPrefix("\(version.rawValue)") == true)
            #expect(told.checks.contains { $0.name == "tables" && $0.database == "postgres" })
            #expect(told.checks.contains { $0.name == "pages" && $0.outcome == "passed" })
            #expect(told.failing == [])
            try expectWholeTime(told, wall)
            #expect(try await world.leavings() == [])
            let trials = try await world.binary("history", "trials")
            #expect(trials.output.contains("exercised") && trials.output.contains("passed"), "\(trials)")
        }
    }

    /// The phases are all that was done, but for starting the program and writing it down.
    private func expectWholeTime(_ told: TrialTold, _ wall: Duration) throws {
        let names = told.phases.map(\.name)
        for name in ["plan", "stream", "sync", "recover", "checks", "clean-up"] {
            #expect(names.count { $0 == name } == 1, "\(names)")
        }
        let sum = told.phases.filter { !["download", "write"].contains($0.name) }.reduce(0) {
            $0 + $1.seconds
        }
        let answer = try #require(told.secondsToAnswer)
        #expect(answer > 0 && answer <= sum, "\(answer) of \(told.phases)")
        // On a busy machine a program takes a while to begin.
        let seconds = wall / .seconds(1)
        #expect(sum <= seconds && sum >= 0.7 * seconds - 1, "\(sum) of \(seconds) s: \(told.phases)")
    }

    @Test(Requires.postgres(.v18), .timeLimit(.minutes(10)))
    func `put a chain of incremental backups together`() async throws {
        try await TrialWorld.with(.v18, settings: ["summarize_wal = on"]) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            try await world.cluster.psql("UPDATE t SET md5 = 'x' WHERE n = 1")
            let manifest = try world.cluster.makeDirectory("parent") + "/manifest"
            try FileManager.default.copyItem(
                atPath: "\(world.restore.store)/20251101T000000/backup_manifest", toPath: manifest)
            try await Program("chmod")(["a+r", manifest])
            try await world.restore.backUp("20251102T000000", ["-Ft", "-z", "--incremental=\(manifest)"])
            let (told, run) = try await world.told()
            #expect(run.status == 0 && told.level == "exercised", "\(run)")
            #expect(told.label == "20251102T000000" && told.phases.contains { $0.name == "combine" })
            #expect(try await world.leavings() == [])
        }
    }

    @Test(Requires.postgres(.v15), Requires.rclone, .timeLimit(.minutes(10)))
    func `prove the archive, with tablespaces that its WAL makes, from S3 and at any time of it`()
        async throws
    {
        let settings = ["archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        try await TrialWorld.with(.v15, settings: settings) { world in
            let archive = try world.cluster.makeDirectory("archive")
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let late = try world.cluster.makeDirectory("late")
            try await world.cluster.psql("CREATE TABLESPACE late LOCATION '\(late)'")
            try await world.cluster.psql(
                "CREATE TABLE last TABLESPACE late AS SELECT now() AS at; SELECT pg_sleep(3)")
            try await world.cluster.psql("INSERT INTO last SELECT now()")
            let segment = try await world.cluster.psql("SELECT pg_walfile_name(pg_switch_wal())")
            while !FileManager.default.fileExists(atPath: "\(archive)/\(segment)") {
                try await Task.sleep(for: .milliseconds(100))
            }
            // Production goes on on the same machine.
            let before = try await Self.sums(late)
            try await Program("cp")(["-a", archive, world.directory.path("wal")])
            let checks = try world.checks(
                "  - {name: rows, database: postgres, sql: SELECT count(*) FROM public.last, expect: = 2}")
            try await RcloneServer.with(serving: world.directory.path) { rclone in
                var binary = world.binary
                binary.environment["AWS_ACCESS_KEY_ID"] = rclone.accessKeyID
                binary.environment["AWS_SECRET_ACCESS_KEY"] = rclone.secretAccessKey
                let words = ["-e", rclone.endpoint, "--wal-archive", "s3://wal", "--json"]
                let run = try await binary.run(
                    world.words(words + ["--checks", checks], from: "s3://store"))
                let told = try run.document(TrialTold.self)
                #expect(run.status == 0 && told.level == "exercised", "\(run)")
                let chance = try await binary.run(
                    world.words(words + ["--random-time", "--seed", "7"], from: "s3://store"))
                let again = try await binary.run(world.words(words + ["--seed", "7"], from: "s3://store"))
                let goals = try [chance, again].map { try $0.document(TrialTold.self).goal }
                #expect(chance.status == 0 && again.status == 0, "\(chance)\n\(again)")
                #expect(goals[0] == goals[1] && goals[0].contains("by chance (seed 7)"), "\(goals)")
            }
            #expect(try await world.leavings() == [])
            #expect(try await world.cluster.psql("SELECT count(*) FROM last") == "2")
            #expect(try await Self.sums(late) == before)
        }
    }

    /// Of all files below a directory.
    private static func sums(_ path: String) async throws -> String {
        try await Program("sh")(["-c", "cd \"$1\" && find . -type f | sort | xargs sha256sum", "sh", path])
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(5)))
    func `keep to as many processors as they may use`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                """
                  - name: one
                    database: postgres
                    sql: SELECT count(*) FROM regexp_split_to_table(pg_read_file('/proc/self/status'), E'\\n') line WHERE line ~ '^Cpus_allowed_list:\\s*[0-9]+$'
                    expect: = 1
                """)
            let run = try await world.trial("--checks", checks, "--cpus", "0.5", "--json")
            #expect(run.status == 0 && run.output.contains("kept to 1 processor, unless"), "\(run)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(5)))
    func `that are stopped take everything away`() async throws {
        try await TrialWorld.with(.v15) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                "  - {name: slow, database: postgres, sql: SELECT pg_sleep(100), expect: = 1, timeout: 2m}")
            // Nobody wants to look at what it had not done yet.
            let words = world.words(["--checks", checks, "--keep-on-failure", "1h"])
            let run = try await world.binary.run(words) { running in
                try await running.send(.terminate, once: { Self.isAsked(world) })
            }
            #expect(run.status == 143, "\(run)")
            #expect(try await world.leavings() == [])
            let trials = try await world.binary("history", "trials")
            #expect(trials.output.contains("interrupted"), "\(trials)")
        }
    }

    /// Whether a server of a trial takes connections.
    static func isAsked(_ world: TrialWorld) -> Bool {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: world.scratch)) ?? []
        guard let file = names.first(where: { $0.hasSuffix("/data/postmaster.pid") }),
            let text = try? String(contentsOfFile: "\(world.scratch)/\(file)", encoding: .utf8)
        else { return false }
        return text.contains("ready")
    }
}
