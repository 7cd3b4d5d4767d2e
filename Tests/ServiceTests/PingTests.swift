// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Service
import Settings
import TestKit
import Testing

@Suite struct PingTests {
    @Test(arguments: ["/ping/uuid", "/ping/uuid/"])
    func `start, success and fail have addresses of their own, and the summary is the body`(path: String)
        throws
    {
        let server = try ScriptedServer.start { _ in .ok(Array("OK".utf8)) }
        let ping = Ping(name: "ping", url: .plain(Secret(server.baseURL + path)))
        try ping.tell(.start)
        try ping.tell(.success("14 of 14\nverified"))
        try ping.tell(.fail("1 damaged"))
        #expect(server.requests.map(\.target) == ["/ping/uuid/start", "/ping/uuid", "/ping/uuid/fail"])
        let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies == ["", "14 of 14\nverified", "1 damaged"])
    }

    @Test func `what follows the path stays behind it`() throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        try Ping(name: "p", url: .plain(Secret(server.baseURL + "/uuid?create=1"))).tell(.start)
        #expect(server.requests.map(\.target) == ["/uuid/start?create=1"])
    }

    @Test func `a long summary is cut between characters`() throws {
        let server = try ScriptedServer.start { _ in .ok([]) }
        let ping = Ping(name: "p", url: .plain(Secret(server.baseURL)))
        try ping.tell(.success("x" + String(repeating: "é", count: 9000)))
        let body = try #require(server.requests.first).body
        #expect(body.count == 9999)
        #expect(String(validating: body, as: UTF8.self) != nil)
    }

    @Test func `a switch that is gone is an error without its address`() {
        let error = #expect(throws: DeliveryError.self) {
            try Ping(name: "p", url: .plain(Secret("http://127.0.0.1:1/uuid"))).tell(.start)
        }
        #expect(error?.message.contains("uuid") == false)
    }
}
