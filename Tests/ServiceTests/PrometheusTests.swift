// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import HTTP
import Service
import TestKit
import Testing

@Suite(Requires.prometheus) struct PrometheusTests {
    private static let configuration = "\(Testbed.repository)/confs/prometheus"

    @Test func `the alert rules hold in their own tests`() async throws {
        try await Promtool.run(["check", "rules", "pg_backctl.rules.yml"], in: Self.configuration)
        try await Promtool.run(["test", "rules", "pg_backctl.test.yml"], in: Self.configuration)
    }

    @Test func `rules, dashboard and their tests ask for no metric that is not told`() throws {
        let told = Set(Self.names(in: MetricsText(.sample).text))
        for file in [
            "prometheus/pg_backctl.rules.yml", "prometheus/pg_backctl.test.yml", "grafana/pg_backctl.json",
        ] {
            let text = try String(contentsOfFile: "\(Testbed.repository)/confs/\(file)", encoding: .utf8)
            let asked = Set(Self.names(in: text))
            #expect(!asked.isEmpty)
            #expect(asked.subtracting(told) == [], "\(file)")
        }
    }

    @Test func `the documentation lists all that is told, and nothing else`() throws {
        let text = try String(contentsOfFile: "\(Testbed.repository)/docs/metrics.md", encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `pg_backctl_") }
        #expect(
            Set(Self.names(in: rows.map { String($0.split(separator: "|")[0]) }.joined(separator: "\n")))
                == Set(Self.names(in: MetricsText(.sample).text)))
    }

    /// The dashboard shows all that the sample has; a panel without a single row would be one that never works.
    @Test func `every query of the dashboard is answered by Prometheus`() async throws {
        let page = MetricsText(Self.now(.sample)).text
        let target = try ScriptedServer.start { _ in
            .ok(Array(page.utf8), [("Content-Type", MetricsText.contentType)])
        }
        let queries = try Self.queries()
        #expect(queries.count > 10)
        try await PrometheusServer.with(scraping: "127.0.0.1:\(target.port)") { prometheus in
            try await Self.waitForScrapes(prometheus)
            for query in queries {
                let result = try Self.rows(query, prometheus)
                #expect(result?.isEmpty == false, "\(query)")
            }
        }
    }

    /// The same status as if it were of this moment, for a query looks at the last minutes.
    private static func now(_ status: ServiceStatus) -> ServiceStatus {
        var status = status
        status.at = WallClock.system.now
        return status
    }

    private static func names(in text: String) -> [String] {
        text.matches(of: /pg_backctl_[a-z_]+/).map { String($0.output) }
    }

    private static func queries() throws -> [String] {
        let file = URL(filePath: "\(Testbed.repository)/confs/grafana/pg_backctl.json")
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: file))
        return dashboard.panels.flatMap { $0.targets ?? [] }.map { target in
            target.expr.replacing("$store", with: ".*").replacing("$__rate_interval", with: "1m")
        }
    }

    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Target: Decodable { var expr: String }
            var targets: [Target]?
        }
        var panels: [Panel]
    }

    private struct Answer: Decodable {
        struct Data: Decodable {
            struct Row: Decodable { var metric: [String: String] }
            var result: [Row]
        }
        var status: String
        var data: Data
    }

    /// Two at least, for a rate needs two.
    private static func waitForScrapes(_ prometheus: PrometheusServer) async throws {
        for _ in 0..<150 {
            let seen = try rows("count_over_time(pg_backctl_build_info[1m]) > 2", prometheus)
            if seen?.isEmpty == false { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("Prometheus has not scraped")
    }

    private static func rows(_ query: String, _ prometheus: PrometheusServer) throws -> [Answer.Data.Row]? {
        let escaped = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let request = HTTPRequest(url: "\(prometheus.endpoint)/api/v1/query?query=\(escaped)")
        var body = Data()
        let head = try HTTPClient(.init()).perform(
            request, onHead: { (_: HTTPHead) throws(Never) in },
            onBody: { bytes throws(Never) in bytes.withUnsafeBytes { body.append(contentsOf: $0) } })
        guard head.status == 200 else { return nil }
        return try JSONDecoder().decode(Answer.self, from: body).data.result
    }
}
