// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import DockerEngine
import TestKit

/// An engine whose answers a test writes down.
struct ScriptedEngine {
    let server: ScriptedServer
    let engine: Engine

    static let version = #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#

    /// Answers its version honestly, and everything else by the script.
    static func with<T: Sendable>(
        readsStreams: Bool = true, cancellation: Cancellation = Cancellation(),
        _ script: @escaping ScriptedServer.Script, body: @escaping @Sendable (ScriptedEngine) throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start(at: place.path("s"), .init(readsStreams: readsStreams)) {
                request in
                request.path == "/version" ? .json(version) : script(request)
            }
            return try await onPlainThread {
                let address = try EngineAddress(socket: place.path("s"))
                let engine = try Engine(at: address, cancellation: cancellation)
                server.forgetExchanges()
                return try body(ScriptedEngine(server: server, engine: engine))
            }
        }
    }

    /// The error that a call must end with.
    static func error(
        _ script: @escaping ScriptedServer.Script, cancellation: Cancellation = Cancellation(),
        readsStreams: Bool = true, of body: @escaping @Sendable (Engine) throws -> Void
    ) async throws -> EngineError? {
        try await with(readsStreams: readsStreams, cancellation: cancellation, script) { scripted in
            do {
                try body(scripted.engine)
                return nil
            } catch let error as EngineError { return error }
        }
    }
}

extension ScriptedReply {
    static func json(_ text: String, status: Int = 200) -> ScriptedReply {
        .status(status, text, [("Content-Type", "application/json")])
    }

    /// As engines refuse.
    static func refusal(_ status: Int, _ message: String) -> ScriptedReply {
        json(#"{"message":"\#(message)"}"#, status: status)
    }

    /// A stream of output without a length, ended by the end of its connection.
    static func output(_ bytes: [UInt8]) -> ScriptedReply {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
        return .raw(.bytes((Array(head.utf8) + bytes)[...]), .cut)
    }
}

/// The name of an error's case; nil when it is no error of an engine.
func kind(of error: (any Error)?) -> String? {
    guard let error = error as? EngineError else { return nil }
    return Mirror(reflecting: error).children.first?.label ?? "\(error)"
}
