// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Subprocess
import TestKit
import Testing

/// A store with a name, in a configuration that is the program's.
private struct SweptWorld {
    let store: LocalStore
    let config: [String]
    private let told: String

    init(
        _ store: LocalStore, schedule: String = "", budget: String = "jobs: 2",
        events: String = "incident, recovery", channels: String = ""
    ) throws {
        self.store = store
        let home = store.binary.home.path
        (config, told) = (["--config", "\(home)/c.yaml"], "\(home)/told")
        let text = """
            history: \(home)/h.sqlite
            stores:
              shop:
                location: \(store.path)
                posture: off
                prove: { all: { checksummed: 365d } }
                keep: { at-least: 1 }
            schedule:
              - { name: nightly, cron: "0 1 * * *", stores: all, budget: { \(budget) } }
            \(schedule)
            notify:
              - command: { run: [/usr/bin/tee, -a, \(home)/told] }
                on: [\(events)]
            \(channels)
            metrics-file: \(home)/m.prom
            """
        try text.write(toFile: "\(home)/c.yaml", atomically: true, encoding: .utf8)
    }

    func run(_ words: String...) async throws -> BinaryRun { try await store.binary.run(words + config) }

    /// What people were told of, in that order: occasion and kind.
    var messages: [String] {
        let text = (try? String(contentsOfFile: told, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let message = try? JSONDecoder().decode(Told.self, from: Data(line.utf8)) else {
                return nil
            }
            return message.occasion + (message.incident.map { " \($0.kind)" } ?? "")
        }
    }

    var metrics: String {
        (try? String(contentsOfFile: "\(store.binary.home.path)/m.prom", encoding: .utf8)) ?? ""
    }

    func normalized(_ text: String) -> String {
        store.normalized(text).replacing(/\d{4}-\d\d-\d\d/, with: "DAY")
            .replacing(/\b\d+ (d|h \d+ min|min)\b/, with: "TIME")
    }

    private struct Told: Decodable {
        struct Incident: Decodable { var kind: String }
        var occasion: String
        var incident: Incident?
    }
}

@Suite struct `Sweeps on the command line` {
    @Test func `show what they will do, do that, and say what it came to`() async throws {
        let world = try SweptWorld(try LocalStore())
        let plan = try await world.run("sweep", "--dry-run")
        #expect(plan.status == 0, "\(plan)")
        try expectGolden("sweep-dry-run", world.normalized(plan.output))
        let before = try await world.run("status")
        #expect(before.status == 7, "\(before)")
        let sweep = try await world.run("sweep")
        #expect(sweep.status == 0, "\(sweep)")
        try expectGolden("sweep", world.normalized(sweep.output))
        let status = try await world.run("status")
        #expect(status.status == 0, "\(status)")
        #expect(world.metrics.contains("pg_backctl_backup_last_proof_timestamp_seconds{"), "\(world.metrics)")
        let nagios = try await world.run("status", "--nagios")
        #expect(nagios.status == 0 && nagios.output.hasPrefix("PG_BACKCTL OK - 1 store, 1 of 1 backup"))
        let again = try await world.run("sweep", "--json")
        #expect(again.status == 0 && again.output.contains(#""endedBy" : "done""#), "\(again)")
    }

    @Test func `have people told once of damage, and once when it is over`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0 && world.messages.isEmpty)
        try world.store.overwrite(LocalStore.base)
        // The policy does not want it read again yet: somebody looks.
        #expect(try await world.run("verify", "--store", "shop", "--level", "checksummed").status == 1)
        for _ in 1...2 {
            let sweep = try await world.run("sweep")
            #expect(sweep.status == 1 && sweep.output.contains("DAMAGED"), "\(sweep)")
        }
        #expect(world.messages == ["incident damaged"])
        let status = try await world.run("status", "--nagios")
        #expect(status.status == 2 && status.output.hasPrefix("PG_BACKCTL CRITICAL"), "\(status)")
        try BackupSet.tar().write(to: world.store.tree)
        let mended = try await world.run("sweep")
        #expect(mended.status == 0, "\(mended)")
        #expect(world.messages == ["incident damaged", "recovery damaged"])
    }

    @Test func `have people told once when damage is seen again that somebody had dealt with`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        try world.store.overwrite(LocalStore.base)
        #expect(try await world.run("verify", "--store", "shop", "--level", "checksummed").status == 1)
        #expect(try await world.run("sweep").status == 1)
        #expect(
            try await world.run("history", "waive", "1", "--until", "9d", "--reason", "known").status == 0)
        #expect(try await world.run("sweep").status == 1)
        #expect(world.messages == ["incident damaged"])
        #expect(try await world.run("history", "resolve", "1", "--reason", "copied anew").status == 0)
        for _ in 1...2 { #expect(try await world.run("sweep").status == 1) }
        #expect(world.messages == ["incident damaged", "incident"])
    }

    @Test func `do not say that all is well while a backup is known to be damaged`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        try world.store.overwrite(LocalStore.base)
        #expect(try await world.run("verify", "--store", "shop", "--level", "checksummed").status == 1)
        let config = "\(world.store.binary.home.path)/c.yaml"
        let text = try String(contentsOfFile: config, encoding: .utf8)
        try text.replacing("    prove: { all: { checksummed: 365d } }\n", with: "")
            .write(toFile: config, atomically: true, encoding: .utf8)
        let sweep = try await world.run("sweep")
        #expect(sweep.status == 1 && sweep.output.contains("DAMAGED"), "\(sweep)")
    }

    @Test func `have people told of a store that is empty, and status says so`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        try FileManager.default.removeItem(atPath: "\(world.store.path)/\(LocalStore.label)")
        let sweep = try await world.run("sweep")
        #expect(sweep.status == 7 && world.messages == ["incident store-empty"], "\(sweep)")
        let status = try await world.run("status")
        #expect(status.status == 7 && status.output.contains("no backup is there any more"), "\(status)")
        #expect(try await world.run("status", "--nagios").status == 2)
        try BackupSet.tar().write(to: world.store.tree)
        #expect(try await world.run("sweep").status == 0)
        #expect(world.messages == ["incident store-empty", "recovery store-empty"])
    }

    @Test func `say nothing of a place that the store has moved to`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        let file = "\(world.store.binary.home.path)/c.yaml"
        let elsewhere = "\(world.store.binary.home.path)/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        let before = try String(contentsOfFile: file, encoding: .utf8)
        try before.replacing("location: \(world.store.path)", with: "location: \(elsewhere)")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let status = try await world.run("status")
        #expect(status.status == 7 && status.output.contains("never"), "\(status)")
        try before.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try await world.run("status").status == 0)
    }

    @Test func `are no longer all that is well when they stay away`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        let script = """
            import sqlite3, sys
            history = sqlite3.connect(sys.argv[1])
            name = "sweep_end_never_changes"
            trigger, = history.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
            history.executescript(
                f"DROP TRIGGER {name}; UPDATE sweep_end SET ended = ended - 259200000000000; {trigger};")
            """
        try await Program("python3")(["-c", script, "\(world.store.binary.home.path)/h.sqlite"])
        let status = try await world.run("status")
        #expect(
            status.status == 7 && status.output.contains("STALE  shop: no sweep has ended since"), "\(status)"
        )
        #expect(try await world.run("status", "--nagios").status == 2)
    }

    @Test func `sum up each week once, for who wants that`() async throws {
        let world = try SweptWorld(try LocalStore(), events: "incident, weekly")
        #expect(try await world.run("sweep").status == 0)
        #expect(try await world.run("sweep").status == 0)
        #expect(world.messages == ["weekly"])
    }

    @Test func `are not kept from their work by a secret that is not there`() async throws {
        let world = try SweptWorld(
            try LocalStore(), events: "incident, weekly",
            channels: """
                  - webhook: { url: env:NOBODY_SET_THIS, secret: file:/nowhere/at/all }
                    on: [weekly]
                  - ping: { url: env:NOBODY_SET_THIS_EITHER }
                """)
        let sweep = try await world.run("sweep")
        #expect(sweep.status == 0 && world.messages == ["weekly"], "\(sweep)")
        #expect(sweep.output.contains("1 message for 'webhook' not delivered yet"), "\(sweep)")
        let status = try await world.run("status")
        #expect(status.status == 0 && status.output.contains("/nowhere/at/all"), "\(status)")
        #expect(try await world.run("status", "--nagios").status == 1)
    }

    @Test func `have people told of a history that was lost`() async throws {
        let world = try SweptWorld(try LocalStore())
        #expect(try await world.run("sweep").status == 0)
        try Data(repeating: 0xA5, count: 64).write(
            to: URL(filePath: "\(world.store.binary.home.path)/h.sqlite"))
        let sweep = try await world.run("sweep")
        #expect(sweep.status == 0 && world.messages == ["incident history-lost"], "\(sweep)")
        #expect(try await world.run("sweep").status == 0)
        #expect(world.messages == ["incident history-lost"])
        #expect(try await world.run("status").status == 7)
    }

    @Test func `are refused where nobody knows what is meant`() async throws {
        let world = try SweptWorld(
            try LocalStore(),
            schedule: "  - { name: weekly, cron: \"0 3 * * 0\", stores: [shop] }")
        let several = try await world.run("sweep")
        #expect(several.status == 12 && several.errors.contains("nightly, weekly"), "\(several)")
        #expect(try await world.run("sweep", "--schedule", "daily").status == 14)
        #expect(try await world.run("sweep", "--schedule", "weekly", "--store", "shp").status == 14)
        #expect(try await world.run("sweep", "--schedule", "weekly").status == 0)
        // By hand nobody asks for an entry.
        #expect(try await world.run("sweep", "--store", "shop").status == 0)
        let small = try await world.run("sweep", "--schedule", "weekly", "--budget-bytes", "1M")
        #expect(small.status == 14, "\(small)")
        #expect(try await world.store.binary("sweep").status == 14)
    }

    @Test func `that are killed have no end, and the next one goes on`() async throws {
        let slow = try SweptWorld(try LocalStore.slow(), budget: "rate: 50kB")
        let home = slow.store.binary.home.path
        let killed = try await slow.store.binary.run(["sweep"] + slow.config) { running in
            let begun = ContinuousClock.now
            try await running.send(.kill) {
                FileManager.default.fileExists(atPath: "\(home)/h.sqlite")
                    && ContinuousClock.now - begun > .seconds(4)
            }
        }
        #expect(killed.status == -1)
        let listing = try await slow.run("history", "sweeps", "--open")
        #expect(listing.status == 0 && listing.output.contains("interrupted"), "\(listing)")
        let next = try SweptWorld(slow.store)
        let sweep = try await next.run("sweep")
        #expect(sweep.status == 0 && sweep.output.contains("1 backup verified"), "\(sweep)")
    }

    @Test func `are guarded by a gate that lets no last proven backup go`() async throws {
        let world = try SweptWorld(try LocalStore())
        let unproven = try await world.run("gate", "delete", "--store", "shop", "--backup", LocalStore.label)
        #expect(unproven.status == 7, "\(unproven)")
        #expect(try await world.run("sweep").status == 0)
        let proven = try await world.run("gate", "delete", "--store", "shop", "--backup", LocalStore.label)
        #expect(proven.status == 7 && proven.output.contains("the last proven backup"), "\(proven)")
        try BackupSet.tar("20251028T143000").write(to: world.store.tree)
        #expect(try await world.run("sweep").status == 0)
        let older = try await world.run("gate", "delete", "--store", "shop", "--backup", LocalStore.label)
        #expect(older.status == 0, "\(older)")
        let keep = try await world.run(
            "history", "keep", LocalStore.label, "--until", "90d", "--reason", "audit")
        #expect(keep.status == 0, "\(keep)")
        let kept = try await world.run("gate", "delete", "--store", "shop", "--backup", LocalStore.label)
        #expect(kept.status == 7 && kept.output.contains("marked to be kept"), "\(kept)")
        let nobody = try await world.run("gate", "delete", "--store", "shop", "--backup", "nobody")
        #expect(nobody.status == 7, "\(nobody)")
    }
}

@Suite struct `The service` {
    @Test(.timeLimit(.minutes(5)))
    func `sweeps what has come, survives a broken configuration, and ends when it is asked to`() async throws
    {
        let world = try SweptWorld(
            try LocalStore(), schedule: "  - { name: arrivals, on: new-backup, stores: all }")
        let home = world.store.binary.home.path
        let log = Mutexed()
        let run = try await world.store.binary.run(["serve"] + world.config) { running in
            try await running.wait { world.metrics.contains(#"level="checksummed"#) }
            let second = try await world.run("serve")
            log.set("second", "\(second.status)")
            let first = try String(contentsOfFile: "\(home)/c.yaml", encoding: .utf8)
            try (first + "\nserve: { listen: 127.0.0.1:9 }\n")
                .write(toFile: "\(home)/c.yaml", atomically: true, encoding: .utf8)
            try running.send(.terminalClosed)
            try await Task.sleep(for: .seconds(3))
            try "stores: [".write(toFile: "\(home)/c.yaml", atomically: true, encoding: .utf8)
            try running.send(.terminalClosed)
            try await Task.sleep(for: .seconds(3))
            let begun = ContinuousClock.now
            try running.send(.terminate)
            try await running.waitForEnd()
            log.set("seconds", "\((ContinuousClock.now - begun) / .seconds(1))")
        }
        #expect(run.status == 0, "\(run)")
        #expect(log.get("second") == "8")
        #expect(Double(log.get("seconds") ?? "99") ?? 99 < 10)
        #expect(
            run.errors.contains("'serve' of the configuration has changed: that takes a restart"), "\(run)")
        #expect(run.errors.contains("the configuration is wrong; the old one goes on"), "\(run)")
    }
}

/// Values that a closure leaves behind.
private final class Mutexed: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [String: String] = [:]

    func set(_ name: String, _ value: String) { lock.withLock { values[name] = value } }
    func get(_ name: String) -> String? { lock.withLock { values[name] } }
}
