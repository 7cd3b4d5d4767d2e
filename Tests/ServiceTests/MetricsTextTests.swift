// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Service
import TestKit
import Testing

@Suite struct MetricsTextTests {
    private func lines(_ status: ServiceStatus, limit: Int = 500) -> [String] {
        MetricsText(status, limit: limit).text.split(separator: "\n").map(String.init)
    }

    private func status(_ backups: [BackupStatus], groups: [GroupStatus] = []) -> ServiceStatus {
        ServiceStatus(
            at: night, version: "1", stores: [StoreStatus(name: "s", backups: backups, groups: groups)])
    }

    @Test func `everything that is known is told, and nothing that is not`() throws {
        try expectGolden("metrics.txt", MetricsText(.sample).text)
    }

    @Test(Requires.prometheus) func `promtool finds nothing to say`() async throws {
        try await Promtool.check(metrics: MetricsText(.sample).text)
    }

    /// What keys in a store and names in a file can be.
    static let hostile = [
        #"a"} 1"#, "a\nb 1", #"back\slash"#, #"\"#, "a\r\nb", "tab\tand\u{1}", "é — 漢字 \u{202E}", "", "{}=,",
        "nul\0",
    ]

    @Test(Requires.prometheus) func `no name can break out of its quotes`() async throws {
        let status = ServiceStatus(
            at: night, version: "\"\n",
            stores: [
                StoreStatus(name: "\"\n\\", backups: Self.hostile.map { BackupStatus(label: $0, group: $0) })
            ])
        let text = MetricsText(status).text
        try await Promtool.check(metrics: text)
        let sizes = text.split(separator: "\n").filter { $0.hasPrefix("pg_backctl_backup_size_bytes{") }
        #expect(sizes.count == Self.hostile.count)
        #expect(sizes.allSatisfy { $0.hasSuffix("\"} 0") && $0.contains(#"store="\"\n\\""#) })
    }

    @Test(Requires.prometheus) func `two backups of one name are told once`() async throws {
        let twice = status([BackupStatus(label: "a", bytes: 1), BackupStatus(label: "a", bytes: 1)])
        try await Promtool.check(metrics: MetricsText(twice).text)
        #expect(lines(twice).count { $0.hasPrefix("pg_backctl_backup_size_bytes{") } == 1)
    }

    @Test func `beyond the limit the newest are told, and how many are not`() {
        let backups = (1...9).map { day in
            BackupStatus(label: "day-\(day)", taken: night.after(hours: Int64(24 * day)))
        }
        let all = lines(status(backups.shuffled() + [BackupStatus(label: "undated")]), limit: 3)
        let told = all.filter { $0.hasPrefix("pg_backctl_backup_size_bytes{") }
        #expect(told.map { $0.split(separator: "\"")[3] } == ["day-7", "day-8", "day-9"])
        #expect(all.contains(#"pg_backctl_metrics_left_out{store="s",of="backups"} 7"#))
        #expect(all.contains(#"pg_backctl_metrics_left_out{store="s",of="groups"} 0"#))
        #expect(all.contains(#"pg_backctl_store_backups{store="s"} 10"#))
    }

    @Test func `no more groups than the limit are told either`() {
        let groups = (1...9).map { GroupStatus(name: "g\($0)", newestBackup: night.after(hours: $0)) }
        let all = lines(status([], groups: groups), limit: 2)
        #expect(all.count { $0.hasPrefix("pg_backctl_group_newest_backup_timestamp_seconds{") } == 2)
        #expect(all.contains(#"pg_backctl_metrics_left_out{store="s",of="groups"} 7"#))
    }

    @Test func `a store without a byte is through with its cycle`() {
        var empty = StoreStatus(name: "s")
        empty.standing = PolicyStanding(backups: 0, backupsWithin: 0, bytes: 0, bytesWithin: 0)
        let all = lines(ServiceStatus(at: night, version: "1", stores: [empty]))
        #expect(all.contains(#"pg_backctl_store_cycle_done_ratio{store="s"} 1"#))
    }

    @Test func `the file is replaced whole, and others may read it`() async throws {
        try await TemporaryDirectory.with { place in
            let path = place.path("pg_backctl.prom")
            for version in ["1", "2"] {
                let text = MetricsText(ServiceStatus(at: night, version: version))
                try MetricsFile(path).write(text)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text.text)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["pg_backctl.prom"])
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o644)
        }
    }

    @Test func `a file that cannot be written is said with its path`() {
        let error = #expect(throws: MetricsFileError.self) {
            try MetricsFile("/nowhere/at/all.prom").write(MetricsText(.sample))
        }
        #expect(error?.message == "writing '/nowhere/at/all.prom': no such file or directory")
    }
}
