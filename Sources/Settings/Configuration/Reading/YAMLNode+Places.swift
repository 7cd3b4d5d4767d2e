// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import YAML

/// Where something is, or where a secret is read.
extension YAMLNode {
    /// Shows nothing of what stands there: it may be the secret itself.
    func secret(_ what: String) throws(YAMLFault) -> SecretName {
        if let name = text.flatMap(SecretName.init) { return name }
        throw fault(
            "\(what) is a secret, which does not stand in the file itself",
            hint: "say where it is: env:NAME or file:/run/secrets/name; what stands here is not shown.")
    }

    /// An address that may hold a token; with a user and a password it must not stand here.
    func address(_ schemes: [String]) throws(YAMLFault) -> NamedValue {
        if let name = text.flatMap(SecretName.init) { return .secret(name) }
        return .plain(Secret(try url(schemes)))
    }

    /// Written out, and without anybody's password.
    func url(_ schemes: [String]) throws(YAMLFault) -> String {
        let words = schemes.map { "\($0)://" }
        let rest = text.flatMap { text in
            words.first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
        }
        guard let text, let rest, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw fault(
                "an address with \(words.joined(separator: " or ")) wanted",
                hint: "such as \(words[0])host.example.com.")
        }
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !host.contains("@"), !host.contains("\\") else {
            throw fault(
                "an address must not hold a user and a password",
                hint: "name where the whole address is, if it needs them: env:NAME or file:/path.")
        }
        guard !host.isEmpty else {
            throw fault("the address has no host", hint: "such as \(words[0])host.example.com.")
        }
        return text
    }

    /// Of a store or a bundle of files.
    func location() throws(YAMLFault) -> String {
        guard let text else { throw unlocated }
        if text.hasPrefix("/") { return try path() }
        guard text.hasPrefix("s3://"), text.dropFirst(5).first.map({ $0 != "/" }) == true else {
            throw unlocated
        }
        return try line("a location", such: "s3://bucket/prefix")
    }

    private var unlocated: YAMLFault {
        fault(
            "a location wanted, found \(found)", hint: "s3://bucket/prefix, or a directory by its full path.")
    }

    /// A location, or the name of another store.
    func place() throws(YAMLFault) -> StorePlace {
        guard let text, !text.hasPrefix("/"), !text.contains(":") else { return .location(try location()) }
        return .store(try name())
    }

    /// A program by its full path, and its arguments.
    func command() throws(YAMLFault) -> [String] {
        let words = list?.compactMap(\.text) ?? []
        guard let first = words.first, words.count == list?.count, words.count <= 100, first.hasPrefix("/"),
            words.allSatisfy({ $0.utf8.count <= 4096 && !$0.utf8.contains(0) })
        else {
            throw fault(
                "a list wanted, a program by its full path and then each argument by itself, found \(found)",
                hint: "such as [/usr/local/bin/page, --team, dba]; no shell reads it.")
        }
        return words
    }

    /// `host:port`, of which the host may be `[::1]`.
    func listener() throws(YAMLFault) -> (host: String, port: UInt16) {
        guard let match = text?.wholeMatch(of: /(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z.\-]+)):([0-9]{1,5})/),
            let port = UInt16(match.3), let host = match.1 ?? match.2
        else {
            throw fault(
                "a host and a port wanted, found \(found)", hint: "such as 127.0.0.1:9187 or \"[::1]:9187\".")
        }
        return (String(host), port)
    }

    func mailAddress() throws(YAMLFault) -> String {
        let text = try line("a mail address", such: "dba@example.com")
        guard text.wholeMatch(of: /[!-~&&[^<>,;:"()\[\]\\@]]+@[0-9A-Za-z.\-]+/) != nil else {
            throw fault("a mail address wanted, found \(found)", hint: "such as dba@example.com.")
        }
        return text
    }
}
