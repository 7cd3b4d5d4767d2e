// SPDX-License-Identifier: Apache-2.0
import Foundation
import Subprocess
import TestKit
import Testing

@Suite(.serialized, Requires.docker(.postgres(.v15)), Requires.postgres(.v15)) struct `A trial in a container`
{
    @Test func `proves a compressed backup with a tablespace, and leaves nothing`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-z", "-X", "stream"]) { cluster in
            let folder = try cluster.makeDirectory("elsewhere")
            try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(folder)'")
            try await cluster.psql(
                "CREATE TABLE there (n int PRIMARY KEY) TABLESPACE elsewhere; INSERT INTO there SELECT generate_series(1, 1000)"
            )
        } _: { trials in
            let report = try await trials.document()
            #expect(report.exitStatus == 0 && report.level == "exercised", "\(report)")
            #expect(report.runtime == "docker" && report.image?.contains("sha256:") == true)
            #expect(report.serverVersion?.hasPrefix("15.") == true)
            #expect(report.isolation.starts(with: ["container", "no network", "no capabilities"]))
            #expect(report.checks.contains { $0.name == "amcheck" && $0.outcome == "passed" })
            let phases = report.phases.map(\.name)
            #expect(phases.first == "plan" && phases.last == "clean-up")
            #expect(try await trials.leftovers() == [])
            let history = try await trials.binary("history", "trials")
            #expect(history.output.contains("docker"), "\(history)")
        }
    }

    @Test func `replays the WAL of an archive to a restore point`() async throws {
        try await ArchivedCluster.with(.v15, segmentSize: 1) { archived in
            try await archived.compress()
            try await TemporaryDirectory.with { place in
                let label = "\(place.path("store"))/20261127T143000"
                try FileManager.default.createDirectory(
                    atPath: place.path("store"), withIntermediateDirectories: true)
                try await Program("cp")(["-a", archived.place.path("backup"), label])
                try await writeSumFile(in: label)
                let daemon = try await DockerDaemon.shared(.postgres(.v15))
                let trials = try ContainerTrials(daemon, of: place.path("store"))
                let checks = place.path("checks.yaml")
                try """
                checks:
                  - name: what is there
                    database: postgres
                    sql: SELECT string_agg(what, ',' ORDER BY ctid) FROM public.t
                    expect: = before
                  - name: a command
                    database: postgres
                    command: [/bin/true]
                    severity: warning
                """.write(toFile: checks, atomically: true, encoding: .utf8)
                let run = try await trials(
                    "--wal-archive", archived.archive, "--to-name", "here", "--timeline", "current",
                    "--checks", checks)
                #expect(run.status == 0 && run.output.contains("(exercised)"), "\(run)")
                #expect(run.output.contains("not run     a command"), "\(run)")
                #expect(try await trials.leftovers() == [])
            }
        }
    }

    @Test func `ends with damage that it finds, and with checks that fail`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let checks = "\(trials.store)/../checks.yaml"
            try """
            checks:
              - name: never so
                database: postgres
                sql: SELECT 1
                expect: = 2
            """.write(toFile: checks, atomically: true, encoding: .utf8)
            let failed = try await trials("--checks", checks, "--keep-on-failure", "1s")
            #expect(failed.status == 18 && failed.output.contains("docker run --rm -it"), "\(failed)")
            #expect(try await trials.leftovers().count == 2)
            let base = "\(trials.store)/20261127T143000/base.tar"
            let file = try #require(FileHandle(forUpdatingAtPath: base))
            try file.seek(toOffset: 3_000_000)
            try file.write(contentsOf: [0xAA, 0x55, 0xAA, 0x55])
            try file.close()
            try await Task.sleep(for: .seconds(1))
            let damaged = try await trials()
            #expect(damaged.status == 1, "\(damaged)")
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `tells a backup that is sound and not the one that was verified`() async throws {
        try await TemporaryDirectory.with { place in
            let folder = place.path("store/20261127T143000")
            try await PostgresCluster.with(.v15) { cluster in
                try await cluster.baseBackup(into: folder, ["-Ft", "-X", "fetch"])
                try await writeSumFile(in: folder)
                let daemon = try await DockerDaemon.shared(.postgres(.v15))
                let trials = try ContainerTrials(daemon, of: place.path("store"))
                let verified = try await trials.binary("verify", trials.store)
                #expect(verified.status == 0, "\(verified)")
                try FileManager.default.removeItem(atPath: folder)
                try await cluster.psql("CREATE TABLE another AS SELECT 1")
                try await cluster.baseBackup(into: folder, ["-Ft", "-X", "fetch"])
                try await writeSumFile(in: folder)
                let run = try await trials()
                #expect(run.status == 6 && run.output.contains("tampered"), "\(run)")
                #expect(try await trials.leftovers() == [])
            }
        }
    }

    @Test func `that is killed leaves nothing after the next one begins`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let killed = try await trials("--limit-rate", "1M") { running in
                let pid = running.pid
                while try await trials.leftovers(of: pid).count < 2 {
                    try await Task.sleep(for: .seconds(0.1))
                }
                try await Task.sleep(for: .seconds(1))
                try running.send(.kill)
            }
            #expect(killed.status == -1)
            let left = try await trials.leftovers()
            #expect(!left.isEmpty)
            let next = try await trials()
            #expect(next.status == 0, "\(next)")
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `that is interrupted takes all of it away`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let run = try await trials("--limit-rate", "1M") { running in
                let pid = running.pid
                while try await trials.leftovers(of: pid).count < 2 {
                    try await Task.sleep(for: .seconds(0.1))
                }
                try await Task.sleep(for: .seconds(1))
                try running.send(.interrupt)
            }
            #expect(run.status == 130, "\(run)")
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `that is interrupted keeps nothing of what it had not done`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let run = try await trials("--limit-rate", "1M", "--keep-on-failure", "1h") { running in
                let pid = running.pid
                while try await trials.leftovers(of: pid).count < 2 {
                    try await Task.sleep(for: .seconds(0.1))
                }
                try await Task.sleep(for: .seconds(1))
                try running.send(.interrupt)
            }
            #expect(run.status == 130, "\(run)")
            #expect(try await trials.leftovers() == [])
        }
    }

    /// Its end comes after twice the limit and ten seconds: who is held in there cannot say so itself.
    @Test func `that does not come to its end is ended`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let checks = "\(trials.store)/../checks.yaml"
            try """
            checks:
              - name: sleep
                database: postgres
                sql: SELECT 1 FROM pg_sleep(30)
                expect: = 1
            """.write(toFile: checks, atomically: true, encoding: .utf8)
            let inside = try await trials("--checks", checks, "--time-limit", "5s")
            #expect(inside.status == 18 && inside.output.contains("longer than 5 seconds"), "\(inside)")
            let held = try await trials("--checks", checks, "--time-limit", "5s") { running in
                let pid = running.pid
                while try await trials.leftovers(of: pid).count < 2 {
                    try await Task.sleep(for: .seconds(0.1))
                }
                try await trials.holdServer(of: pid)
            }
            #expect(held.status == 18 && held.output.contains("did not come to its end in 20 s"), "\(held)")
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `that could not ask a check says nothing of it`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let checks = "\(trials.store)/../checks.yaml"
            try """
            checks:
              - name: slow
                database: postgres
                severity: warning
                sql: SELECT 1 FROM pg_sleep(30)
                expect: = 1
              - name: never begun
                database: postgres
                sql: SELECT 1
                expect: = 1
            """.write(toFile: checks, atomically: true, encoding: .utf8)
            let run = try await trials("--checks", checks, "--validation-window", "1s")
            #expect(run.status == 5 && run.output.contains("never begun in 'postgres'"), "\(run)")
        }
    }

    @Test func `tells a volume that could not be removed`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            let run = try await trials("--no-tables", "--no-amcheck", "--limit-rate", "8M") { running in
                let pid = running.pid
                while try await trials.leftovers(of: pid).count < 2 {
                    try await Task.sleep(for: .seconds(0.1))
                }
                try await trials.useVolume(of: pid, image: "postgres:15")
            }
            try await trials.daemon.ask(["-X", "DELETE", "http://d/containers/in-the-way?force=1"])
            #expect(run.status == 5 && run.output.contains("What it made could not be removed"), "\(run)")
            #expect(run.output.contains("No verdict on 20261127T143000: what it made"), "\(run)")
            #expect(try await trials().status == 0)
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `says what it lacks`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { trials in
            _ = try await DockerDaemon.shared(.postgres(.v18))
            let other = try await trials("--image", "postgres:18")
            #expect(other.status == 10 && other.errors.contains("is of PostgreSQL 18"), "\(other)")
            let absent = try await trials("--image", "nobody/has:this", "--pull", "never")
            #expect(absent.status == 10, "\(absent)")
            let unreachable = try await trials("--image", "127.0.0.1:1/nobody/has:this")
            #expect(unreachable.status == 5, "\(unreachable)")
            let small = try await trials("--memory", "24M")
            #expect(small.status == 5 && small.output.contains("out of memory"), "\(small)")
            var binary = trials.binary
            binary.environment["DOCKER_HOST"] = "unix:///nowhere"
            let none = try await binary("trial", trials.store, "--runtime", "docker")
            #expect(none.status == 10, "\(none)")
            #expect(try await trials.leftovers() == [])
        }
    }

    @Test func `says nothing of the backup when the engine goes`() async throws {
        try await ContainerTrials.with(.v15, ["-Ft", "-X", "fetch"]) { shared in
            try await DockerDaemon.with(.postgres(.v15)) { daemon in
                let trials = try ContainerTrials(daemon, of: shared.store)
                let run = try await trials("--limit-rate", "1M") { running in
                    let pid = running.pid
                    while try await trials.leftovers(of: pid).count < 2 {
                        try await Task.sleep(for: .seconds(0.1))
                    }
                    try await Task.sleep(for: .seconds(1))
                    try await daemon.crash()
                }
                #expect(run.status == 5, "\(run)")
            }
        }
    }

    @Test(Requires.docker(.postgres(.v18)), Requires.postgres(.v18))
    func `puts a chain of incremental backups together`() async throws {
        try await TemporaryDirectory.with { place in
            let store = place.path("store")
            try await PostgresCluster.with(.v18, settings: ["summarize_wal = on"]) { cluster in
                try await cluster.psql("CREATE TABLE t AS SELECT n FROM generate_series(1, 10000) n")
                let full = "\(store)/20261127T143000"
                try await cluster.baseBackup(into: full, ["-Ft", "-z", "-X", "fetch"])
                try await cluster.psql("UPDATE t SET n = -n WHERE n < 100")
                let later = "\(store)/20261127T153000"
                let manifest = "\(try cluster.makeDirectory("manifest"))/backup_manifest"
                try await Program("cp")(["\(full)/backup_manifest", manifest])
                try await Program("chmod")(["644", manifest])
                try await cluster.baseBackup(
                    into: later, ["-Ft", "-X", "fetch", "--incremental=\(manifest)"])
                for folder in [full, later] { try await writeSumFile(in: folder) }
            }
            let trials = try ContainerTrials(try await DockerDaemon.shared(.postgres(.v18)), of: store)
            let report = try await trials.document()
            #expect(report.exitStatus == 0, "\(report)")
            #expect(report.phases.contains { $0.name == "combine" })
            #expect(["restored", "exercised"].contains(report.level), "\(report)")
            // This machine has no programs of that version at the usual places.
            let run = try await trials.binary("trial", store, "--no-tables", "--no-amcheck")
            #expect(run.status == 0 && run.output.contains("in a container of postgres:18"), "\(run)")
            #expect(try await trials.leftovers() == [])
        }
    }
}
