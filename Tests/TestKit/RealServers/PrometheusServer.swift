// SPDX-License-Identifier: Apache-2.0

/// Prometheus itself, which scrapes one address every second.
public struct PrometheusServer: Sendable {
    /// Where its API is.
    public let endpoint: String

    /// Scrapes `target`, a host and a port, while `body` runs.
    public static func with<T: Sendable>(
        scraping target: String, _ body: @Sendable (PrometheusServer) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let port = try LoopbackPort.unused()
            let configuration = """
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: pg_backctl
                    static_configs: [{ targets: ["\(target)"] }]
                """
            try place.write(Array(configuration.utf8), to: "prometheus.yml")
            let server = Server(
                program: Program(Testbed.prometheus),
                arguments: [
                    "--config.file=\(place.path("prometheus.yml"))",
                    "--storage.tsdb.path=\(place.path("data"))", "--web.listen-address=127.0.0.1:\(port)",
                ], port: port, log: place.path("log"))
            return try await server.with {
                try await body(PrometheusServer(endpoint: "http://127.0.0.1:\(port)"))
            }
        }
    }
}

/// `promtool`, which knows what Prometheus takes.
public enum Promtool {
    /// Checks a text of metrics; what it dislikes is an error.
    public static func check(metrics: String) async throws {
        try await TemporaryDirectory.with { place in
            let file = try place.write(Array(metrics.utf8), to: "metrics")
            // The words of the shell are ours, and so is the path.
            try await Program("sh")(["-c", "'\(Testbed.promtool)' check metrics < '\(file)'"])
        }
    }

    /// Runs it with these words, in a directory.
    public static func run(_ words: [String], in directory: String) async throws {
        try await Program(Testbed.promtool)(words, in: directory)
    }
}
