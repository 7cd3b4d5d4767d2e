// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
public import HTTP
public import Settings

/// Sends messages by mail, over a mail server of the user's.
public struct MailChannel: Channel {
    /// Who may hand mail in.
    public struct Login: Sendable, Equatable {
        /// Read anew for each message.
        public var user: NamedValue
        /// Read anew for each message: a file may be given another one at any time.
        public var password: NamedValue

        /// Reads neither of them yet.
        public init(user: NamedValue, password: NamedValue) {
            (self.user, self.password) = (user, password)
        }
    }

    /// By which `status` and metrics know it: `mail`, or `mail-2` for the second one.
    public let name: String
    /// What mail is sent for; no other message is kept for it.
    public let occasions: Set<Message.Occasion>
    private let sender: String
    private let recipients: [String]
    private let server: MailServer
    private let login: Login?

    /// Addresses are without names; `server` is without a login.
    public init(
        name: String, occasions: Set<Message.Occasion>, from sender: String, to recipients: [String],
        server: MailServer, login: Login? = nil
    ) {
        (self.name, self.occasions, self.sender, self.recipients) = (name, occasions, sender, recipients)
        (self.server, self.login) = (server, login)
    }

    /// Returns when the server has taken it for everybody, or for all but those whose addresses it refuses.
    public func deliver(_ message: Message) throws(DeliveryError) {
        guard !recipients.isEmpty, ([sender] + recipients).allSatisfy(Mail.isAddress) else {
            throw DeliveryError(
                "an address is none",
                hints: ["addresses are like dba@example.com, without a name or brackets, in ASCII."])
        }
        let client = MailClient(try serverWithLogin())
        do throws(MailError) {
            try send(message, to: recipients, client)
        } catch {
            guard case .refused = error.kind, recipients.count > 1 else { throw DeliveryError(error) }
            try sendToEach(message, client)
        }
    }

    /// One address that is gone must not keep the mail from the others.
    private func sendToEach(_ message: Message, _ client: MailClient) throws(DeliveryError) {
        var failure: MailError?
        var taken = 0
        for recipient in recipients {
            do throws(MailError) {
                try send(message, to: [recipient], client)
                taken += 1
            } catch {
                // Only an address that is refused for good is passed over: better twice than never.
                guard case .refused(500...) = error.kind else { throw DeliveryError(error) }
                failure = error
            }
        }
        if taken == 0, let failure { throw DeliveryError(failure) }
    }

    private func send(_ message: Message, to some: [String], _ client: MailClient) throws(MailError) {
        let text = MailText(message, from: sender, to: recipients)
        try client.send(Mail(sender: sender, recipients: some, content: text.bytes))
    }

    private func serverWithLogin() throws(DeliveryError) -> MailServer {
        var server = server
        if let login {
            server.user = try login.user.current(for: "the user of '\(name)'")
            server.password = try login.password.current(for: "the password of '\(name)'")
        }
        return server
    }
}

extension DeliveryError {
    /// A mail too large (552) or not wanted (554) says nothing about the next one.
    fileprivate init(_ error: MailError) {
        self.init(
            error.message, hints: error.hints,
            isRefusal: [.refused(552), .refused(554)].contains(error.kind))
    }
}
