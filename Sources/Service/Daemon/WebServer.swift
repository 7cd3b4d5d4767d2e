// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Digests
import FlyingFox
import FlyingSocks
import Foundation
import Logging
public import ServiceLifecycle
import Synchronization

/// Answers `/metrics`, `/healthz` and `/readyz`.
public final class WebServer: Sendable {
    private let host: String
    private let port: UInt16
    private let token: Secret?
    private let ready: @Sendable () throws -> Void
    private let status: @Sendable () throws -> ServiceStatus
    private let pulse = Mutex<Pulse?>(nil)
    private let isEnding = Flag()

    /// Listens nowhere yet.
    ///
    /// `token` is what a caller has to show as `Authorization: Bearer …`; nil where nobody asks. `ready` throws where the
    /// service can do nothing; it and `status` are asked for each answer.
    public init(
        host: String, port: UInt16, token: Secret?, ready: @escaping @Sendable () throws -> Void,
        status: @escaping @Sendable () throws -> ServiceStatus
    ) {
        (self.host, self.port, self.token) = (host, port, token)
        (self.ready, self.status) = (ready, status)
    }

    func watch(_ pulse: Pulse) { self.pulse.withLock { $0 = pulse } }

    /// What one request is answered.
    func answer(path: String, authorization: String?) -> (status: Int, type: String, body: String) {
        switch path {
        case "/healthz": return healthz
        case "/readyz": return readyz
        case "/metrics": return isAllowed(authorization) ? metrics : (401, Self.plain, "a token is needed\n")
        default: return (404, Self.plain, "there are /metrics, /healthz and /readyz\n")
        }
    }

    private var healthz: (Int, String, String) {
        let age = pulse.withLock { $0 }?.age
        guard let age, age < Self.secondsOfPatience else { return (503, Self.plain, "the scheduler hangs\n") }
        return (200, Self.plain, "ok\n")
    }

    private var readyz: (Int, String, String) {
        do {
            try ready()
            return (200, Self.plain, "ok\n")
        } catch { return (503, Self.plain, "the history cannot be read\n") }
    }

    private var metrics: (Int, String, String) {
        do { return (200, MetricsText.contentType, try MetricsText(status()).text) } catch {
            return (503, Self.plain, "the history cannot be read\n")
        }
    }

    /// Takes the same time whatever is wrong with it.
    private func isAllowed(_ authorization: String?) -> Bool {
        guard let token else { return true }
        return ConstantTime.isSecret(
            Array("Bearer \(token.revealed)".utf8), Array((authorization ?? "").utf8))
    }

    private static let plain = "text/plain; charset=utf-8"
    private static let secondsOfPatience = 60.0
}

/// Goes up once.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isUp: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}

extension WebServer: ServiceLifecycle.Service {
    /// Answers until the service is shut down, then gives requests under way a second; throws where it cannot listen.
    public func run() async throws {
        let server = HTTPServer(address: try address, timeout: 15, logger: .disabled)
        await server.appendRoute("*") { [self] request in
            let authorization = request.headers[HTTPHeader("Authorization")]
            let answer = answer(path: request.path, authorization: authorization)
            return HTTPResponse(
                statusCode: HTTPStatusCode(answer.status, phrase: ""),
                headers: [.contentType: answer.type], body: Data(answer.body.utf8))
        }
        try await withGracefulShutdownHandler {
            do { try await server.run() } catch {
                // A server that is stopped ends with an error, too.
                guard isEnding.isUp else {
                    throw DaemonError.noListening(host, port, "\(error)")
                }
            }
        } onGracefulShutdown: { [isEnding] in
            isEnding.raise()
            Task { await server.stop(timeout: 1) }
        }
    }

    private var address: any SocketAddress {
        get throws {
            do {
                return host.contains(":")
                    ? try sockaddr_in6.inet6(ip6: host, port: port)
                    : try sockaddr_in.inet(ip4: host == "localhost" ? "127.0.0.1" : host, port: port)
            } catch { throw DaemonError.noListening(host, port, "it is no address of this machine") }
        }
    }
}
