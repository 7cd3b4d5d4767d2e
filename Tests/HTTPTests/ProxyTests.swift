// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import TestKit
import Testing

@Suite struct `A proxy` {
    private static func client(_ proxy: String) -> HTTPClient {
        HTTPClient(HTTPClient.Options(connectTimeout: 5, proxy: Secret(proxy)))
    }

    @Test func `is asked for what is elsewhere, and told who asks`() throws {
        let proxy = try ScriptedServer.start { _ in .ok(sample(1000)) }
        let address = proxy.baseURL.replacing("http://", with: "http://user:CANARY@")
        let fetched = Self.client(address).fetch(HTTPRequest(url: "http://store.invalid/bucket/a?b=c"))
        #expect(fetched.error == nil && fetched.body == sample(1000))
        let request = try #require(proxy.requests.first)
        #expect(
            request.target == "http://store.invalid/bucket/a?b=c" && request.header("host") == "store.invalid"
        )
        #expect(request.header("proxy-authorization")?.hasPrefix("Basic ") == true)
    }

    @Test func `makes a tunnel to a server with TLS, and sees none of our headers`() throws {
        let proxy = try ScriptedServer.start { _ in .status(403, "no", []) }
        let request = HTTPRequest(url: "https://store.invalid/CANARY", headers: [("authorization", "CANARY")])
        let error = try #require(Self.client(proxy.baseURL).fetch(request).error)
        #expect(error.kind == .connect && !error.isTransient, "\(error)")
        #expect(error.message.contains("the proxy does not let us through"))
        let asked = try #require(proxy.requests.first)
        #expect(asked.method == "CONNECT" && asked.target == "store.invalid:443")
        #expect(!"\(asked)".contains("CANARY"))
    }

    @Test func `that is not there is an error that may pass, without its password`() throws {
        let error = try #require(
            Self.client("http://user:CANARY@proxy.invalid:3128").fetch(
                HTTPRequest(url: "http://store.invalid/")
            ).error)
        #expect(error.kind == .resolve && error.isTransient && !"\(error)".contains("CANARY"), "\(error)")
    }
}
