// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
public import HTTP
public import Settings

/// Posts messages to a URL, signed where a secret is set.
public struct Webhook: Channel {
    /// What the body is.
    public enum Form: String, Sendable, CaseIterable {
        /// `pg_backctl.notification/1`, as docs/notifications.md describes it.
        case generic
        /// Of Slack's incoming webhooks.
        case slack
    }

    /// By which `status` and metrics know it: `webhook`, or `webhook-2` for the second one.
    public let name: String
    /// What is posted; no other message is kept for it.
    public let occasions: Set<Message.Occasion>
    private let url: NamedValue
    private let secret: NamedValue?
    private let form: Form
    private let clock: WallClock
    private let post: WebPost

    /// The URL is a secret as well: who knows one of Slack's may write there.
    public init(
        name: String, occasions: Set<Message.Occasion>, url: NamedValue, secret: NamedValue? = nil,
        form: Form = .generic, clock: WallClock = .system, options: HTTPClient.Options = .init()
    ) {
        (self.name, self.occasions, self.url, self.secret) = (name, occasions, url, secret)
        (self.form, self.clock, post) = (form, clock, WebPost(options))
    }

    /// Returns when the answer is 2xx; redirects are not followed, and the URL and the secret are read anew.
    public func deliver(_ message: Message) throws(DeliveryError) {
        let body = try body(of: message)
        var headers = [
            (name: "Content-Type", value: "application/json"),
            (name: "Pg-Backctl-Message", value: message.id),
        ]
        if let secret {
            let signature = WebhookSignature(
                of: body, at: clock.now, secret: try secret.current(for: "the secret of '\(name)'"))
            headers.append((WebhookSignature.timeHeader, signature.time))
            headers.append((WebhookSignature.signatureHeader, signature.signature))
        }
        try post.send(body, to: try url.current(for: "the URL of '\(name)'"), headers: headers)
    }

    private func body(of message: Message) throws(DeliveryError) -> [UInt8] {
        switch form {
        case .generic: try MessageDocument(message).bytes()
        case .slack: try MessageDocument.encode(SlackDocument(message))
        }
    }
}
