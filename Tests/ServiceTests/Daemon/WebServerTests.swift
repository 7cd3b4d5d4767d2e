// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Testing

@testable import Service

@Suite struct `The service answers` {
    private struct NoHistory: Error {}

    private func server(
        token: String? = nil, fails: Bool = false
    ) -> WebServer {
        WebServer(
            host: "127.0.0.1", port: 1, token: token.map { Secret($0) },
            ready: { if fails { throw NoHistory() } }
        ) {
            if fails { throw NoHistory() }
            return ServiceStatus(at: Timestamp(seconds: 1_800_000_000), version: "1.0")
        }
    }

    @Test func `metrics to whoever shows the token`() {
        let server = server(token: "s3cret")
        #expect(server.answer(path: "/metrics", authorization: nil).status == 401)
        for wrong in ["Bearer s3creT", "Bearer s3cre", "Bearer s3cretx", "s3cret", "Basic s3cret"] {
            #expect(server.answer(path: "/metrics", authorization: wrong).status == 401)
        }
        let answer = server.answer(path: "/metrics", authorization: "Bearer s3cret")
        #expect(answer.status == 200 && answer.body.contains("pg_backctl_build_info"))
        #expect(self.server().answer(path: "/metrics", authorization: nil).status == 200)
        #expect(server.answer(path: "/", authorization: nil).status == 404)
    }

    @Test func `that it is well only while its loop comes by`() {
        let server = server()
        #expect(server.answer(path: "/healthz", authorization: nil).status == 503)
        let pulse = Pulse()
        server.watch(pulse)
        #expect(server.answer(path: "/healthz", authorization: nil).status == 503)
        pulse.beat()
        #expect(server.answer(path: "/healthz", authorization: nil).status == 200)
    }

    @Test func `that it is ready only while the history can be read`() {
        #expect(server().answer(path: "/readyz", authorization: nil).status == 200)
        #expect(server(fails: true).answer(path: "/readyz", authorization: nil).status == 503)
        #expect(server(fails: true).answer(path: "/metrics", authorization: nil).status == 503)
    }
}

@Suite struct `A supervisor is told` {
    @Test func `that the service is ready, lives, reloads and stops`() throws {
        let path = FileManager.default.temporaryDirectory.path + "/notify-\(UUID().uuidString)"
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(number)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        try #require(bound == 0)
        let supervisor = Supervisor(path)
        supervisor.ready("waiting")
        supervisor.lives("sweeping")
        supervisor.reloads()
        supervisor.stops()
        let heard = (0..<4).map { _ in
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
        #expect(heard[0] == "READY=1\nSTATUS=waiting" && heard[1] == "WATCHDOG=1\nSTATUS=sweeping")
        #expect(heard[2].hasPrefix("RELOADING=1\nMONOTONIC_USEC=") && heard[3] == "STOPPING=1")
        // Nobody listens: nothing happens.
        Supervisor(nil).ready("")
        Supervisor("/nowhere/at/all").lives("")
    }
}
