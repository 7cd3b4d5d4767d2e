// SPDX-License-Identifier: Apache-2.0
import Foundation

/// `confs/webhook/receiver.py`, which checks signatures without any code of ours.
public struct WebhookReceiver: Sendable {
    public let url: String
    private let log: String

    /// Receives while `body` runs.
    public static func with<T: Sendable>(
        secret: String, _ body: @Sendable (WebhookReceiver) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let port = try LoopbackPort.unused()
            let file = try place.write(Array("\(secret)\n".utf8), to: "secret")
            let server = Server(
                program: Program("python3"),
                arguments: ["\(Testbed.repository)/confs/webhook/receiver.py", "\(port)", file], port: port,
                log: place.path("log"))
            return try await server.with {
                try await body(
                    WebhookReceiver(url: "http://127.0.0.1:\(port)/alerts", log: place.path("log")))
            }
        }
    }

    /// The documents that it believed, one a line.
    public func received() throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
