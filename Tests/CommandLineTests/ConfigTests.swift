// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Glibc
import TestKit
import Testing

@Suite struct `The configuration, as it is used` {
    /// A store with one backup, and a configuration that has a name for it.
    private func world() throws -> LocalStore {
        let store = try LocalStore()
        try write(
            """
            history: \(store.binary.home.path)/mine.sqlite
            stores:
              shop:
                location: \(store.path)
                rate: 1GB
                trial: { runtime: docker, image: 'postgres:16', limits: { memory: 2GiB }, checks: \(store.binary.home.path)/checks.yaml }
              other: { location: \(store.path)/none }
            """, "c.yaml", store)
        try write("checks:\n  - { name: a, database: d, command: [/bin/true] }\n", "checks.yaml", store)
        return store
    }

    private func write(_ text: String, _ name: String, _ store: LocalStore) throws {
        try text.write(toFile: "\(store.binary.home.path)/\(name)", atomically: true, encoding: .utf8)
    }

    @Test func `names stores, and has the history`() async throws {
        let store = try world()
        let config = "\(store.binary.home.path)/c.yaml"
        let words = ["--store", "shop", "--config", config]
        let run = try await store.binary.run(["verify", "--level", "checksummed"] + words)
        #expect(run.status == 0 && run.output.contains(LocalStore.label), "\(run)")
        let list = try await store.binary.run(["list"] + words)
        #expect(list.status == 0 && list.output.contains("verified"), "\(list)")
        // One backup of it, by its label; and what the environment names.
        var elsewhere = store.binary
        elsewhere.environment["PG_BACKCTL_CONFIG"] = config
        let one = try await elsewhere.run([
            "verify", "--store", "shop", "--backup", LocalStore.label, "--level", "listed",
        ])
        #expect(one.status == 0, "\(one)")
        #expect(FileManager.default.fileExists(atPath: "\(store.binary.home.path)/mine.sqlite"))
        #expect(!FileManager.default.fileExists(atPath: store.binary.history))
        for (name, status) in [("shop", 0), ("other", 9)] as [(String, Int32)] {
            let history = try await store.binary.run([
                "history", "backups", "--store", name, "--config", config,
            ])
            #expect(history.status == status, "\(history)")
        }
        let asked = try await store.binary.run(["trial", "--dry-run"] + words)
        #expect(asked.status == 0 && asked.output.contains("/bin/true"), "\(asked)")
        let plain = try await store.binary("history", "backups", "--history", store.binary.history)
        #expect(plain.status == 9, "\(plain)")
    }

    @Test func `is not guessed at`() async throws {
        let store = try world()
        let config = ["--config", "\(store.binary.home.path)/c.yaml"]
        let cases: [([String], Int32, String)] = [
            (
                ["verify", store.path, "--store", "shop"] + config, 14,
                "LOCATION and --store exclude each other"
            ),
            (
                ["list", store.path, "--store", "shop"] + config, 14,
                "LOCATION and --store exclude each other"
            ),
            (
                [
                    "restore", "-P", store.path, "--store", "shop", "--target", "/x", "--configuration",
                    config[1],
                ], 14, "exclude --store"
            ),
            (["verify", "--store", "shp"] + config, 14, "those there are: shop, other."),
            (
                ["verify", "--store", "shop", "--config", "/no/such"], 14,
                "there is no configuration '/no/such'"
            ),
            (["history", "backups", "--store", "shop", "--place", "/x"] + config, 14, "exclude each other"),
            (["wal-get", "--store", "shop", "a", "b", "c"] + config, 126, "needs FILE DESTINATION"),
            (
                ["wal-get", "--store", "shp", "000000010000000000000003", "out"] + config, 126,
                "no store 'shp'"
            ),
            (
                ["wal-get", "--store", "shop", "000000010000000000000003", "out"] + config, 126,
                "there is no WAL at all"
            ),
        ]
        for (words, status, text) in cases {
            let run = try await store.binary.run(words)
            #expect(run.status == status && (text.isEmpty || run.errors.contains(text)), "\(words) \(run)")
        }
    }

    @Test func `keeps nobody from working who does not ask for it`() async throws {
        let store = try world()
        var binary = store.binary
        binary.environment["PG_BACKCTL_CONFIG"] = "\(binary.home.path)/c.yaml"
        try write("stores: [", "c.yaml", store)
        #expect(try await binary.run(["verify", store.path]).status == 14)
        #expect(
            try await binary.run(["verify", store.path, "--no-history", "--level", "checksummed"]).status == 0
        )
        let wal = try await binary.run(["wal-get", store.path, "000000010000000000000003", "out"])
        #expect(wal.status == 126 && wal.errors.contains("there is no WAL at all"), "\(wal)")
    }

    @Test func `is explained when it can be used`() async throws {
        let store = try world()
        var binary = store.binary
        try "AWS_ACCESS_KEY_ID=CANARY".write(
            toFile: "\(binary.home.path)/shop.env", atomically: true, encoding: .utf8)
        chmod("\(binary.home.path)/shop.env", 0o644)
        binary.environment["ALERT_SECRET"] = "CANARY"
        try write(Self.whole.replacing("HOME", with: binary.home.path), "c.yaml", store)
        let words = ["config", "check", "--config", "\(binary.home.path)/c.yaml"]
        let run = try await binary.run(words)
        #expect(run.status == 0 && !run.description.contains("CANARY"), "\(run)")
        #expect(run.errors.contains("shop.env can be read by other users"))
        try expectGolden("config-check", store.normalized(run.output))
        let document = try await binary.run(words + ["--json"])
        #expect(document.status == 0 && !document.description.contains("CANARY"))
        try expectGolden("config-check-json", store.normalized(document.output))
    }

    @Test func `is refused with all that is wrong`() async throws {
        let store = try world()
        let text = Self.whole.replacing("HOME", with: "/no/such").replacing("rate: 50M", with: "rate: 50")
            .replacing("region:", with: "regoin:").replacing("env:ALERT_SECRET", with: "CANARY").replacing(
                "0 1 * * *", with: "0 1 30 2 *")
        try write(text, "c.yaml", store)
        let words = ["config", "check", "--config", "\(store.binary.home.path)/c.yaml"]
        let run = try await store.binary.run(words)
        #expect(run.status == 14 && !run.description.contains("CANARY"), "\(run)")
        try expectGolden("config-check-wrong", store.normalized(run.errors))
        let document = try await store.binary.run(words + ["--json"])
        #expect(document.status == 14 && !document.description.contains("CANARY"))
        try expectGolden("config-check-wrong-json", store.normalized(document.output))
    }

    private static let whole = """
        history: HOME/mine.sqlite
        stores:
          shop:
            location: s3://backups/shop
            endpoint: https://s3.example.com
            region: eu-west-3
            credentials: { env-file: HOME/shop.env }
            rate: 50M
            prove:
              all: { checksummed: 7d, inspected: 30d }
              sample: { restored: 90d, choose: random, within: 30d }
            targets: { rpo: 26h, rto: 2h }
            expect: { every: 1d, by: "03:00", zone: Europe/Paris, grace: 2h, at-least: 14 }
            trial: { runtime: docker, image: 'postgres:16', limits: { memory: 2GiB, time: 1h }, checks: HOME/checks.yaml }
            wal-archive: s3://wal/shop
            copies: [disk]
            keep: { days: 14, at-least: 3 }
          disk: { location: /srv/backups }
        schedule:
          - { name: nightly, cron: "0 1 * * *", stores: [shop], window: 5h, budget: { bytes: 500GB, jobs: 4 } }
        notify:
          - webhook: { url: 'https://hooks.example.com/CANARY', secret: env:ALERT_SECRET }
            on: [incident]
          - mail: { to: [a@example.com], from: b@example.com, server: smtps://mail.example.com, user: env:MAIL_USER, password: env:MAIL_PASSWORD }
            on: [weekly]
        serve: { listen: 127.0.0.1:9187 }
        """
}
