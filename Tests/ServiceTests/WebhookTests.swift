// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import HTTP
import Service
import Settings
import TestKit
import Testing

@Suite struct WebhookTests {
    private let message = Message(.damaged, at: night)

    private func webhook(
        _ url: String, secret: String? = nil, form: Webhook.Form = .generic, clock: WallClock = .system
    ) -> Webhook {
        Webhook(
            name: "webhook", occasions: [.incident], url: .plain(Secret(url)),
            secret: secret.map { .plain(Secret($0)) }, form: form, clock: clock)
    }

    @Test func `a receiver that knows only HMAC believes what is signed`() async throws {
        try await WebhookReceiver.with(secret: "correct horse") { receiver in
            let webhook = webhook(receiver.url, secret: "correct horse")
            // The second time it is the same message, and not told again.
            for _ in 1...2 { try webhook.deliver(message) }
            try webhook.deliver(Message(Incident.damaged.over, at: night))
            let received = try receiver.received()
            #expect(received.count == 2)
            let document = try #require(received.first)
            #expect(document.contains(#""schema": "pg_backctl.notification/1""#))
            #expect(document.contains(#""subject": "shop: backup 20261102T010000 is damaged""#))
        }
    }

    @Test func `it believes no other secret, no old request, and none without a signature`() async throws {
        try await WebhookReceiver.with(secret: "correct horse") { receiver in
            let refused = [
                webhook(receiver.url, secret: "correct horsf"), webhook(receiver.url),
                webhook(
                    receiver.url, secret: "correct horse",
                    clock: WallClock { WallClock.system.now.advanced(bySeconds: -400) }),
            ]
            for webhook in refused {
                let error = #expect(throws: DeliveryError.self) { try webhook.deliver(message) }
                #expect(error?.message == "the server answered with status 401")
                #expect(error?.isRefusal == false)
            }
            let received = try receiver.received()
            #expect(received == [])
        }
    }

    @Test func `a recorded request does not pass under a new time or with another body`() async throws {
        let recorder = try ScriptedServer.start { _ in .ok([]) }
        try webhook(recorder.baseURL, secret: "s").deliver(message)
        let request = try #require(recorder.requests.first)
        let time = try #require(request.header(WebhookSignature.timeHeader).flatMap(Int64.init))
        let sent = request.header(WebhookSignature.signatureHeader)
        func signature(_ body: [UInt8], _ time: Int64) -> String {
            WebhookSignature(of: body, at: Timestamp(seconds: time), secret: Secret("s")).signature
        }
        #expect(sent == signature(request.body, time))
        #expect(sent != signature(request.body, time + 1))
        #expect(sent != signature(request.body + [0x20], time))
    }

    @Test func `the signature is that of openssl`() async throws {
        let signature = WebhookSignature(of: Array("{}".utf8), at: night, secret: Secret("key"))
        let said = try await Program("sh")(
            ["-c", "printf '%s' '1793588400.{}' | openssl dgst -sha256 -hmac key -r"])
        #expect(signature.time == "1793588400")
        #expect(signature.signature == "v1=\(said.prefix(64))")
    }

    @Test func `the document holds all of the incident`() throws {
        let server = try ScriptedServer.start { _ in .status(204) }
        try webhook(server.baseURL).deliver(message)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("pg-backctl-message") == message.id)
        #expect(request.header(WebhookSignature.signatureHeader) == nil)
        try expectGolden("notification.json", String(decoding: request.body, as: UTF8.self) + "\n")
    }

    @Test func `Slack gets text in which no name can call anybody`() throws {
        let server = try ScriptedServer.start { _ in .ok(Array("ok".utf8)) }
        var incident = Incident.damaged
        incident.headline = "<!channel> & <http://evil|here> is damaged"
        try webhook(server.baseURL, form: .slack).deliver(Message(incident, at: night))
        let body = try #require(server.requests.first).body
        let fields = try JSONDecoder().decode([String: String].self, from: Data(body))
        let text = try #require(fields["text"])
        #expect(fields.count == 1)
        #expect(text.hasPrefix("*shop: &lt;!channel&gt; &amp; &lt;http://evil|here&gt; is damaged*\n"))
        #expect(!text.contains("<"))
    }

    @Test(arguments: [
        (400, true), (422, true), (401, false), (404, false), (429, false), (500, false), (302, false),
    ])
    func `what is not taken is an error, and a refusal when the message is at fault`(
        status: Int, isRefusal: Bool
    ) throws {
        let server = try ScriptedServer.start { _ in .status(status, "secret words", [("Location", "/x")]) }
        let error = #expect(throws: DeliveryError.self) {
            try webhook(server.baseURL + "/hook/s3cr3t", secret: "hush").deliver(message)
        }
        #expect(error?.isRefusal == isRefusal)
        #expect(error.map { !"\($0)".contains("s3cr3t") && !"\($0)".contains("secret words") } == true)
        #expect(server.requests.count == 1)
    }

    @Test func `neither the path of the URL nor the secret is in an error or a dump`() {
        let webhook = webhook("http://127.0.0.1:1/hook/s3cr3t?token=t0k3n", secret: "hush")
        let error = #expect(throws: DeliveryError.self) { try webhook.deliver(message) }
        var dumped = ""
        dump(webhook, to: &dumped)
        let said = "\(webhook) \(dumped) \(error.map { "\($0)" } ?? "")"
        #expect(["s3cr3t", "t0k3n", "hush"].allSatisfy { !said.contains($0) })
        #expect(error?.message.hasPrefix("'127.0.0.1:1': ") == true)
    }

    @Test func `an answer without end is not listened to`() throws {
        let endless = [UInt8](repeating: 0x20, count: 1 << 20)
        let server = try ScriptedServer.start { _ in .ok(endless) }
        try webhook(server.baseURL).deliver(message)
    }

    @Test func `a secret in a file is read anew, without the line break at its end`() async throws {
        try await TemporaryDirectory.with { place in
            let server = try ScriptedServer.start { _ in .ok([]) }
            let path = try place.write(Array("one\n".utf8), to: "secret")
            let webhook = Webhook(
                name: "w", occasions: [], url: .plain(Secret(server.baseURL)), secret: .secret(.file(path)),
                clock: .fixed(night))
            try webhook.deliver(message)
            try place.write(Array("two".utf8), to: "secret")
            try webhook.deliver(message)
            let sent = server.requests.map { $0.header(WebhookSignature.signatureHeader) }
            let body = try #require(server.requests.first).body
            #expect(
                sent
                    == ["one", "two"].map {
                        WebhookSignature(of: body, at: night, secret: Secret($0)).signature
                    })
            try place.write([], to: "secret")
            let error = #expect(throws: DeliveryError.self) { try webhook.deliver(message) }
            #expect(
                error?.message == "the secret of 'w': the secret 'file:\(path)' cannot be read: it is empty")
        }
    }
}
