// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Testing
import YAML

@testable import Settings

@Suite struct `The configuration` {
    static func reading(_ text: String) -> ConfigurationReading {
        ConfigurationReading(Array(text.utf8), file: "c.yaml")
    }

    /// A store with these keys.
    static func store(_ keys: String) throws -> StoreConfiguration {
        let configuration = try reading("stores:\n  shop: { location: s3://b, \(keys) }\n").checked()
        return try configuration.store("shop")
    }

    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    /// The example of docs/configuration.md.
    private static func example() throws -> Configuration {
        let text = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        let match = try #require(text.firstMatch(of: /```yaml\n((?s).*?)```/))
        return try reading(String(match.1)).checked()
    }

    @Test func `can say all that there is to say`() throws {
        let all = try Self.example()
        #expect(all.history == "/var/lib/pg_backctl/history.sqlite")
        let shop = try all.store("shop")
        #expect(shop.location == "s3://backups/shop" && shop.endpoint == "https://s3.example.com")
        #expect(shop.region == "eu-west-3" && shop.proxy == .plain(Secret("http://proxy.example.com:3128")))
        #expect(shop.credentials == .environmentFile("/etc/pg_backctl/shop.env"))
        #expect(shop.prove.all == [.checksummed: 604_800, .inspected: 2_592_000])
        #expect(shop.prove.newest[.exercised] == 2_592_000)
        #expect(shop.prove.sample == .init(ages: [.restored: 7_776_000], within: 2_592_000))
        #expect(shop.targets == RecoveryTargets(rpo: 93_600, rto: 7200))
        #expect(
            shop.expect
                == BackupExpectation(
                    every: 86_400, by: TimeOfDay(hour: 3, minute: 0), zone: "Europe/Paris", grace: 7200,
                    atLeast: 14))
        #expect(shop.trial.runtime == .docker && shop.trial.image == "postgres:16")
        #expect(shop.trial.memory == 2_147_483_648 && shop.trial.time == 3600)
        #expect(shop.trial.processors == 2)
        #expect(
            shop.trial.checks?.value == "/etc/pg_backctl/shop-checks.yaml"
                && shop.trial.keepOnFailure == 14_400)
        #expect(
            shop.walArchive == .location("s3://wal/shop") && shop.copies == [.location("s3://elsewhere/shop")]
        )
        #expect(shop.keep == KeepRule(days: 14, weeks: 8, months: 12, atLeast: 3))
        expectRest(all)
    }

    private func expectRest(_ all: Configuration) {
        #expect(all.shards?.secret == .file("/run/secrets/shards"))
        let nightly = all.schedule.first
        #expect(nightly?.name == "nightly" && nightly?.zone == "Europe/Paris" && nightly?.window == 18_000)
        #expect(nightly?.stores == .named(["shop"]) && nightly?.jitter == 600 && nightly?.missed == .runOnce)
        #expect(nightly?.budget == .init(bytes: 500_000_000_000, rate: 100_000_000, jobs: 4, trials: 2))
        if case .cron(let cron)? = nightly?.start {
            #expect(cron.value == "0 1 * * *")
        } else {
            Issue.record("no cron")
        }
        #expect(all.notify.map(\.events.count) == [3, 3, 0, 1] && all.notify[2].schedule == "nightly")
        #expect(
            all.notify[0].way
                == .webhook(
                    .init(
                        url: .secret(.variable("ALERT_URL")), secret: .file("/run/secrets/alert"),
                        format: .generic)))
        #expect(all.notify[3].way == .command(["/usr/local/bin/page", "--team", "dba"]))
        #expect(
            all.reports.first?.formats == [.html, .json, .csv]
                && all.reports.first?.period == .lastMonth)
        #expect(all.evidence?.key == "/var/lib/pg_backctl/evidence.key")
        #expect(
            all.serve == ServeConfiguration(host: "127.0.0.1", port: 9187, token: .file("/run/secrets/token"))
        )
        #expect(all.metricsFile == "/var/lib/node_exporter/pg_backctl.prom")
    }

    @Test func `has a store for each place of copies, which is asked to be read and no more`() throws {
        let text = """
            stores:
              shop:
                location: s3://backups/shop
                endpoint: https://s3.example.com
                prove: { all: { listed: 1h, checksummed: 7d, inspected: 5d }, newest: { restored: 1d } }
                expect: { every: 1d }
                keep: { days: 3 }
                copies: [s3://elsewhere/shop, /mnt/shop, named, proven]
              shop-copy: { location: /srv/other }
              named: { location: /srv/named }
              proven: { location: /srv/proven, prove: { newest: { checksummed: 1d } } }
              same: { location: /srv/same, prove: { all: { inspected: 1d } }, copies: [/srv/named/, /mnt/shop/] }
              chance: { location: /srv/chance, prove: { sample: { restored: 9d, choose: random, within: 9d } }, copies: [/mnt/chance] }
              lax: { location: /srv/lax, prove: { newest: { inspected: 2d } }, copies: [/mnt/lax] }
            """
        let stores = try ConfigurationReading(Array(text.utf8), file: "c.yaml").checked().stores
        let made = stores.filter { $0.copyOf != nil }
        #expect(made.map(\.name) == ["shop-copy-2", "shop-copy-3", "lax-copy"])
        #expect(made.map(\.location) == ["s3://elsewhere/shop", "/mnt/shop", "/mnt/lax"])
        #expect(made.map(\.prove.all) == [[.checksummed: 432_000], [.checksummed: 432_000], [:]])
        #expect(made[2].prove.newest == [.checksummed: 172_800])
        #expect(
            made.allSatisfy { $0.expect == nil && $0.keep == nil && $0.copies.isEmpty && $0.posture == .off })
        #expect(made[0].endpoint == "https://s3.example.com")
        let named = stores.filter { ["named", "proven"].contains($0.name) }.map(\.prove)
        // Two stores name one place: it is one store, as the first of them wants it.
        #expect(named.map(\.all) == [[.checksummed: 432_000], [:]])
        #expect(named.map(\.newest) == [[:], [.checksummed: 86_400]])
    }

    @Test func `that is the sample can be used`() throws {
        let sample = try Configuration.read(Self.root.appending(path: "confs/pg_backctl.yaml").path).checked()
        #expect(sample.stores.map(\.name) == ["shop", "offsite"] && sample.schedule.count == 1)
        #expect(try sample.store("shop").copies == [.store("offsite")])
        #expect(throws: ConfigurationError.noSuchStore("shp", names: ["shop", "offsite"], file: sample.file))
        {
            try sample.store("shp")
        }
    }

    static let spans: [(String, Double?)] = [
        ("90s", 90.0), ("15m", 900), ("4h", 14_400), ("7d", 604_800), ("2w", 1_209_600),
        ("366d", 31_622_400),
        ("'7d'", 604_800), ("367d", nil), ("0s", nil), ("-1h", nil), ("1.5h", nil), ("90", nil), ("1y", nil),
        ("4294967296s", nil), ("h", nil), ("[1h]", nil), ("~", nil),
    ]

    @Test(arguments: spans)
    func `takes lengths of time with a unit`(_ text: String, seconds: Double?) throws {
        guard let seconds else {
            let faults = Self.reading("stores:\n  shop: { location: s3://b, targets: { rpo: \(text) } }\n")
                .faults
            #expect(faults.count == 1 && faults[0].place == TextPlace(line: 2, column: 45), "\(faults)")
            return
        }
        #expect(try Self.store("targets: { rpo: \(text) }").targets.rpo == seconds)
    }

    static let sizes: [(String, UInt64?)] = [
        ("50M", 50_000_000), ("50MB", 50_000_000), ("1MiB", 1 << 20), ("2GiB", 2 << 30),
        ("2Gi", 2 << 30),
        ("1k", 1000), ("800kB", 800_000), ("3T", 3_000_000_000_000), ("1PiB", 1_125_899_906_842_624),
        ("5 GB", 5_000_000_000),
        ("9223P", 9_223_000_000_000_000_000), ("9224P", nil), ("50", nil), ("0M", nil), ("-1M", nil),
        ("1.5G", nil), ("1X", nil),
        ("50Mb", nil), ("999999999999999999999G", nil), ("M", nil), ("{ a: 1 }", nil),
    ]

    @Test(arguments: sizes)
    func `takes sizes with a unit`(_ text: String, bytes: UInt64?) throws {
        guard let bytes else {
            #expect(Self.reading("stores:\n  shop: { location: s3://b, rate: \(text) }\n").faults.count == 1)
            return
        }
        #expect(try Self.store("rate: \(text)").rate == bytes)
    }
}
