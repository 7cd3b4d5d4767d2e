// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import HTTP
import Testing

@Suite struct MailServerTests {
    @Test func `a URL says host, port and protection`() throws {
        let tls = try #require(MailServer(url: "smtps://mail.example.com"))
        #expect((tls.host, tls.port, tls.protection) == ("mail.example.com", 465, .tls))
        let start = try #require(MailServer(url: "smtp://mail.example.com:25/"))
        #expect((start.host, start.port, start.protection) == ("mail.example.com", 25, .startTLS))
        #expect(MailServer(url: "smtp://m", allowsPlain: true)?.protection == MailServer.Protection.none)
        #expect(MailServer(url: "smtps://m", allowsPlain: true)?.protection == .tls)
        #expect(MailServer(url: "smtp://[::1]:2525").map { "\($0.host) \($0.port)" } == "[::1] 2525")
        #expect(MailServer(url: "smtp://[::1]").map { "\($0.host) \($0.port)" } == "[::1] 587")
    }

    @Test(arguments: [
        "mail.example.com", "http://m", "smtp://", "smtp://m:0", "smtp://m:70000", "smtp://m:x",
        "smtp://m/path",
        "smtp://user:pass@m", "smtp://m?x", "smtp://m m", "smtp://m\r\n",
    ])
    func `what is no server is none`(_ url: String) { #expect(MailServer(url: url) == nil) }

    @Test func `a password in a server is not shown`() {
        var server = MailServer(host: "m", port: 1, protection: .tls)
        (server.user, server.password) = (Secret("u"), Secret("hush"))
        #expect(!"\(server)".contains("hush"))
    }
}
