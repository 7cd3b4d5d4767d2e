// SPDX-License-Identifier: Apache-2.0
import YAML

/// Reads one way by which somebody is told.
struct NotifySection {
    private let section: Section

    private static let ways = ["webhook", "mail", "ping", "command"]

    init?(_ node: YAMLNode, _ faults: FaultList) {
        guard
            let section = Section(
                node, "an entry of 'notify'", known: Self.ways + ["on", "schedule"],
                example: "mail: { to: [dba@example.com] }", faults)
        else { return nil }
        self.section = section
    }

    var channel: NotifyChannel? {
        let given = Self.ways.filter { section.keys[$0] != nil }
        guard given.count == 1 else {
            section.note(
                "\(section.owner) has one of the keys \(Self.ways.joined(separator: ", "))",
                hint: "make an entry of each.")
            return nil
        }
        let way = way(given[0])
        let events = events(isPing: given[0] == "ping")
        let schedule = section.value("schedule") { node throws(YAMLFault) in try node.name() }
        return way.map { NotifyChannel(way: $0, events: events, schedule: schedule) }
    }

    private func events(isPing: Bool) -> [NotifyChannel.Event] {
        let events = section.list("on") { node throws(YAMLFault) in try node.choice(NotifyChannel.Event.self)
        }
        if isPing, section.keys["on"] != nil {
            section.note("a ping tells of every run and takes no 'on'", hint: "leave 'on' out.")
        }
        if !isPing, section.keys["on"] == nil {
            section.note(
                "\(section.owner) lacks the key 'on'", hint: "such as on: [incident, recovery, silence].")
        }
        return events ?? []
    }

    private func way(_ key: String) -> NotifyChannel.Way? {
        switch key {
        case "webhook": webhook
        case "mail": mail
        case "ping": ping
        default: command
        }
    }

    private var webhook: NotifyChannel.Way? {
        guard
            let keys = section.section(
                "webhook", known: ["url", "secret", "format"], example: "url: env:ALERT_URL")
        else { return nil }
        let secret = keys.value("secret") { node throws(YAMLFault) in try node.secret("'secret'") }
        let format = keys.value("format") { node throws(YAMLFault) in
            try node.choice(NotifyChannel.Webhook.Format.self)
        }
        guard
            let url = keys.required("url", { node throws(YAMLFault) in try node.address(["https", "http"]) })
        else { return nil }
        return .webhook(NotifyChannel.Webhook(url: url, secret: secret, format: format ?? .generic))
    }

    private var mail: NotifyChannel.Way? {
        let known = ["to", "from", "server", "user", "password", "tls"]
        guard let keys = section.section("mail", known: known, example: "to: [dba@example.com]") else {
            return nil
        }
        let user = keys.value("user") { node throws(YAMLFault) in try node.secret("'user'") }
        let password = keys.value("password") { node throws(YAMLFault) in try node.secret("'password'") }
        let from = keys.required("from") { node throws(YAMLFault) in try node.mailAddress() }
        let server = keys.required("server") { node throws(YAMLFault) in try node.url(["smtps", "smtp"]) }
        let to = keys.list("to") { node throws(YAMLFault) in try node.mailAddress() }
        if keys.keys["to"] == nil { keys.note("\(keys.owner) lacks the key 'to'", hint: "add it.") }
        if (keys.keys["user"] == nil) != (keys.keys["password"] == nil) {
            keys.note("\(keys.owner) has one of 'user' and 'password'", hint: "give both, or neither.")
        }
        let tls = keys.value("tls") { node throws(YAMLFault) in try node.choice(MailTLS.self) }
        if tls == MailTLS.none, server?.hasPrefix("smtps://") == true || user != nil {
            keys.note(
                "\(keys.owner) has 'tls: none' with a password, or with smtps://",
                hint: "what everybody may read takes no password, and is smtp://.")
        }
        guard let from, let server, let to else { return nil }
        return .mail(
            NotifyChannel.Mail(
                to: to, from: from, server: server, allowsPlain: tls == MailTLS.none, user: user,
                password: password))
    }

    /// Said for who reads the file: without the key it is required.
    private enum MailTLS: String, CaseIterable { case required, none }

    private var ping: NotifyChannel.Way? {
        guard let keys = section.section("ping", known: ["url"], example: "url: env:PING_URL") else {
            return nil
        }
        return keys.required("url") { node throws(YAMLFault) in try node.address(["https", "http"]) }
            .map { .ping(url: $0) }
    }

    private var command: NotifyChannel.Way? {
        guard let keys = section.section("command", known: ["run"], example: "run: [/usr/local/bin/page]")
        else {
            return nil
        }
        return keys.required("run") { node throws(YAMLFault) in try node.command() }.map { .command($0) }
    }
}
