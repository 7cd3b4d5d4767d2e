// SPDX-License-Identifier: Apache-2.0
import CCurl

/// Hands mail in over SMTP, one connection for each.
///
/// Blocks; made for plain threads. It reads neither ~/.netrc nor the environment, and always verifies a
/// server's certificate where there is one.
public struct MailClient: Sendable {
    private let server: MailServer

    /// Opens nothing yet.
    public init(_ server: MailServer) { self.server = server }

    /// Returns when the server has taken the mail for all recipients; else it has it for none.
    public func send(_ mail: Mail) throws(MailError) {
        if let flaw = flaw(of: mail) { throw MailError(.configuration, host: server.host, flaw) }
        guard let handle = CurlHandle() else {
            throw MailError(.other, host: server.host, "libcurl cannot be started")
        }
        var rest = mail.content[...]
        let transfer = Transfer(
            HTTPClient.Options(cancellation: server.cancellation), onHead: { _ in true },
            onBody: { _ in true },
            source: { room in
                let piece = rest.prefix(room.freeCapacity)
                for byte in piece { room.append(byte) }
                rest = rest.dropFirst(piece.count)
                return true
            })
        guard let (failure, reply) = handle.send(mail, server, transfer) else { return }
        throw MailError(failure, reply: reply, host: server.host)
    }

    /// What is wrong with it, if it cannot be sent: an address with a line break would be a command of somebody else's.
    private func flaw(of mail: Mail) -> String? {
        if mail.recipients.isEmpty { return "the mail has no recipient" }
        let isSendable = ([mail.sender] + mail.recipients).allSatisfy(Mail.isAddress)
        if !isSendable { return "an address has bytes that no address may have" }
        if server.protection == .none && server.user != nil {
            return "a password is not sent without TLS"
        }
        return nil
    }
}
