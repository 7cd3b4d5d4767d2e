// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import HTTP
import Settings

/// The ways to people that a configuration names.
struct ConfiguredChannels {
    private(set) var channels: [any Channel] = []
    private(set) var pings: [Ping] = []

    /// Reads no secret yet; throws for a mail server that is none.
    init(_ configuration: Configuration, clock: WallClock, cancellation: Cancellation) throws {
        var counts: [String: Int] = [:]
        for said in configuration.notify {
            let kind = said.way.kind
            counts[kind, default: 0] += 1
            let number = counts[kind] ?? 1
            let name = number == 1 ? kind : "\(kind)-\(number)"
            try add(said, name, clock, cancellation)
        }
    }

    private mutating func add(
        _ said: NotifyChannel, _ name: String, _ clock: WallClock, _ cancellation: Cancellation
    ) throws {
        let occasions = Set(said.events.compactMap { Message.Occasion(rawValue: $0.rawValue) })
        switch said.way {
        case .webhook(let hook):
            channels.append(
                Webhook(
                    name: name, occasions: occasions, url: hook.url,
                    secret: hook.secret.map { .secret($0) },
                    form: hook.format == .slack ? .slack : .generic, clock: clock))
        case .mail(let mail):
            var login: MailChannel.Login?
            if let user = mail.user, let password = mail.password {
                login = MailChannel.Login(user: .secret(user), password: .secret(password))
            }
            channels.append(
                MailChannel(
                    name: name, occasions: occasions, from: mail.from, to: mail.to,
                    server: try Self.server(mail), login: login))
        case .ping(let url):
            pings.append(Ping(name: name, schedule: said.schedule, url: url))
        case .command(let words):
            channels.append(
                CommandChannel(name: name, occasions: occasions, words: words, cancellation: cancellation))
        }
    }

    private static func server(_ mail: NotifyChannel.Mail) throws -> MailServer {
        guard let server = MailServer(url: mail.server, allowsPlain: mail.allowsPlain) else {
            throw DeliveryError(
                "'\(ObjectName(mail.server))' is no mail server",
                hints: ["smtps://host, or smtp://host:port."])
        }
        return server
    }
}

extension NotifyChannel.Way {
    fileprivate var kind: String {
        switch self {
        case .webhook: "webhook"
        case .mail: "mail"
        case .ping: "ping"
        case .command: "command"
        }
    }
}
