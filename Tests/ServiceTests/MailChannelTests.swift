// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import HTTP
import Service
import Settings
import TestKit
import Testing

@Suite(Requires.mailServer) struct MailChannelTests {
    private let message = Message(.damaged, at: night)

    private func channel(
        _ server: ReceivingMailServer, _ protection: MailServer.Protection = .startTLS,
        to recipients: [String] = ["dba@example.com"], login: (String, String)? = nil, trusts: Bool = true
    ) -> MailChannel {
        MailChannel(
            name: "mail", occasions: [.incident], from: "backups@example.com", to: recipients,
            server: MailServer(
                host: server.host, port: server.port, protection: protection,
                caFile: trusts ? server.certificate : nil),
            login: login.map {
                MailChannel.Login(user: .plain(Secret($0.0)), password: .plain(Secret($0.1)))
            })
    }

    private static func demands(
        _ protection: String, user: String = "", password: String = "", unknown: String = "",
        answer: String = "250 taken"
    ) -> ReceivingMailServer.Demands {
        var demands = ReceivingMailServer.Demands()
        (demands.protection, demands.user, demands.password) = (protection, user, password)
        (demands.unknown, demands.answer) = (unknown, answer)
        return demands
    }

    @Test(arguments: [("starttls", MailServer.Protection.startTLS), ("tls", .tls)])
    func `a mail arrives over TLS, from who has the password`(
        _ name: String, _ protection: MailServer.Protection
    ) async throws {
        let demands = Self.demands(name, user: "backups", password: "pass wörd")
        try await ReceivingMailServer.with(demands) { server in
            try channel(
                server, protection, to: ["dba@example.com", "ops@example.com"],
                login: ("backups", "pass wörd")
            ).deliver(message)
            let received = try server.received()
            #expect(received.count == 1)
            let mail = try #require(received.first)
            #expect(mail.isProtected)
            #expect(mail.user == "backups")
            #expect(mail.sender == "backups@example.com")
            #expect(mail.recipients == ["dba@example.com", "ops@example.com"])
            #expect(mail.subject == message.subject)
            #expect(mail.from == "pg_backctl <backups@example.com>")
            #expect(mail.to == "dba@example.com, ops@example.com")
            #expect(mail.date == "2026-11-02T03:00:00+00:00")
            #expect(mail.body == message.text)
            #expect(mail.isASCII && mail.longestLine <= 78)
        }
    }

    @Test func `without STARTTLS nothing is sent unless somebody says so`() async throws {
        try await ReceivingMailServer.with(Self.demands("none")) { server in
            let error = #expect(throws: DeliveryError.self) { try channel(server).deliver(message) }
            #expect(error?.message == "'localhost': the server has no STARTTLS, so nothing was sent")
            let received = try server.received()
            #expect(received.isEmpty)
            try channel(server, .none).deliver(message)
            #expect(try server.received().map(\.isProtected) == [false])
            // Not even then a password.
            let plain = #expect(throws: DeliveryError.self) {
                try channel(server, .none, login: ("u", "hush")).deliver(message)
            }
            #expect(plain?.message == "'localhost': a password is not sent without TLS")
        }
    }

    @Test func `a server whose certificate nobody vouches for gets nothing`() async throws {
        for (name, protection) in [("starttls", MailServer.Protection.startTLS), ("tls", .tls)] {
            try await ReceivingMailServer.with(Self.demands(name)) { server in
                let error = #expect(throws: DeliveryError.self) {
                    try channel(server, protection, trusts: false).deliver(message)
                }
                #expect(error?.message == "'localhost': its certificate or its TLS is not trusted")
                let received = try server.received()
                #expect(received.isEmpty)
            }
        }
    }

    @Test func `a wrong password is said without the password`() async throws {
        try await ReceivingMailServer.with(Self.demands("starttls", user: "u", password: "right")) { server in
            let error = #expect(throws: DeliveryError.self) {
                try channel(server, login: ("u", "hush-wrong")).deliver(message)
            }
            #expect(error?.message == "'localhost': user and password were refused")
            #expect(error?.isRefusal == false)
            var dumped = ""
            dump(channel(server, login: ("u", "hush-wrong")), to: &dumped)
            #expect(!dumped.contains("hush-wrong"))
        }
    }

    @Test func `an address that is gone keeps the mail from nobody else`() async throws {
        try await ReceivingMailServer.with(Self.demands("starttls", unknown: "gone@example.com")) { server in
            try channel(server, to: ["gone@example.com", "dba@example.com"]).deliver(message)
            #expect(try server.received().map(\.recipients) == [["dba@example.com"]])
            let error = #expect(throws: DeliveryError.self) {
                try channel(server, to: ["gone@example.com"]).deliver(message)
            }
            #expect(error?.message == "'localhost': the server refused the mail with 550")
        }
    }

    @Test(arguments: [("451 later", false), ("552 too large", true), ("554 not wanted", true)])
    func `what the server answers to the mail decides`(_ answer: String, _ isRefusal: Bool) async throws {
        try await ReceivingMailServer.with(Self.demands("starttls", answer: answer)) { server in
            let error = #expect(throws: DeliveryError.self) { try channel(server).deliver(message) }
            #expect(error?.message == "'localhost': the server refused the mail with \(answer.prefix(3))")
            #expect(error?.isRefusal == isRefusal)
        }
    }

    @Test func `nothing of a subject or a text becomes a header or ends the mail`() async throws {
        try await ReceivingMailServer.with { server in
            var hostile = message
            hostile.subject =
                "a\r\nBcc: thief@example.com\r\n\r\nbody =?utf-8?Q?x?= \(String(repeating: "é漢", count: 60))"
            hostile.text =
                "first\n.\nRCPT TO:<thief@example.com>\n..two\nlast = \t \n\u{e9}\(String(repeating: "x", count: 300))\n"
            var short = message
            short.subject = "a\nBcc: thief@example.com"
            for message in [hostile, message, short] { try channel(server).deliver(message) }
            let received = try server.received()
            #expect(received.count == 3)
            #expect(received.allSatisfy { $0.headers == received[1].headers })
            #expect(received[2].subject == "a Bcc: thief@example.com")
            let mail = try #require(received.first)
            #expect(mail.recipients == ["dba@example.com"])
            #expect(
                mail.subject.replacing("\u{FFFD}", with: "") == hostile.subject.replacing("\r\n", with: "  "))
            #expect(mail.body == hostile.text)
            #expect(mail.isASCII && mail.longestLine <= 78)
        }
    }

    @Test(arguments: [
        "a@b\r\nRCPT TO:<thief@example.com>", "a@b>", "<a@b>", "a b@c", "nobody", "@b", "a@", "a@b@c", "é@b",
        "",
        "a@b\0",
    ])
    func `an address that could be a command is none`(_ address: String) async throws {
        try await ReceivingMailServer.with(Self.demands("none")) { server in
            for recipients in [[address], ["dba@example.com", address]] {
                let error = #expect(throws: DeliveryError.self) {
                    try channel(server, .none, to: recipients).deliver(message)
                }
                #expect(error?.message == "an address is none")
            }
            let received = try server.received()
            #expect(received.isEmpty)
        }
    }

    @Test func `a server that is gone is said with its name`() throws {
        let server = MailServer(host: "localhost", port: 1, protection: .tls)
        let channel = MailChannel(
            name: "m", occasions: [], from: "a@example.com", to: ["b@example.com"], server: server)
        let error = #expect(throws: DeliveryError.self) { try channel.deliver(message) }
        #expect(error?.message == "'localhost': nobody answers")
        #expect(error?.isRefusal == false)
    }
}
