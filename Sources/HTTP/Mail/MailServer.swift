// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// Where mail is handed in, and how.
public struct MailServer: Sendable {
    /// What keeps others from reading along.
    public enum Protection: Sendable, Equatable {
        /// TLS from the first byte.
        case tls
        /// TLS asked for by STARTTLS; a server without it gets nothing.
        case startTLS
        /// None: everything can be read on the way.
        case none
    }

    /// The name in its certificate.
    public var host: String
    /// From 1 to 65,535.
    public var port: Int
    /// How others are kept from reading along; with `.none` there may be no `user`.
    public var protection: Protection
    /// Nil for a server that asks for nobody's name.
    public var user: Secret?
    /// Sent only where `user` is, and never without protection.
    public var password: Secret?
    /// A PEM file of the only authorities to trust; nil for the system's.
    public var caFile: String?
    /// What we call ourselves to the server.
    public var ownName = "localhost"
    /// In seconds, from the first byte to the last.
    public var timeLimit = 60
    /// Ends a transfer within about a second.
    public var cancellation = Cancellation()

    /// Nothing is checked here; `ownName`, `timeLimit` and `cancellation` are left at their defaults.
    public init(
        host: String, port: Int, protection: Protection, user: Secret? = nil, password: Secret? = nil,
        caFile: String? = nil
    ) {
        (self.host, self.port, self.protection) = (host, port, protection)
        (self.user, self.password, self.caFile) = (user, password, caFile)
    }

    /// Of `smtps://host[:465]`, `smtp://host[:587]`; nil for anything else.
    ///
    /// `smtp` means STARTTLS, unless `allowsPlain` says that the mail may go out for everybody to read.
    public init?(url: String, allowsPlain: Bool = false) {
        let schemes: [(String, Protection, Int)] = [
            ("smtps://", .tls, 465), ("smtp://", allowsPlain ? .none : .startTLS, 587),
        ]
        guard let (scheme, protection, usualPort) = schemes.first(where: { url.hasPrefix($0.0) }) else {
            return nil
        }
        var rest = url.dropFirst(scheme.count)
        if rest.last == "/" { rest.removeLast() }
        guard let (host, port) = Self.authority(rest, usualPort) else { return nil }
        self.init(host: host, port: port, protection: protection)
    }

    private static func authority(_ text: Substring, _ usualPort: Int) -> (String, Int)? {
        let colon = text.lastIndex(of: ":").flatMap { text[$0...].contains("]") ? nil : $0 }
        let host = colon.map { text[..<$0] } ?? text
        let port = colon.map { Int(text[text.index(after: $0)...]) ?? 0 } ?? usualPort
        let isName = host.utf8.allSatisfy {
            $0.isAllowedInToken && $0 != UInt8(ascii: "%") || "[]:".utf8.contains($0)
        }
        return host.isEmpty || !isName || !(1...65_535).contains(port) ? nil : (String(host), port)
    }

    var url: String { "\(protection == .tls ? "smtps" : "smtp")://\(host):\(port)/\(ownName)" }
}

/// One mail as the server gets it.
public struct Mail: Sendable {
    /// The address that complaints go to, without a name.
    public var sender: String
    /// Addresses without names.
    public var recipients: [String]
    /// Headers, an empty line and the body, every line with CR LF at its end.
    public var content: [UInt8]

    /// Nothing is checked here: the client refuses addresses that `isAddress` does not let pass.
    public init(sender: String, recipients: [String], content: [UInt8]) {
        (self.sender, self.recipients, self.content) = (sender, recipients, content)
    }

    /// Whether this can be an address between the brackets of SMTP: one `@`, and nothing that ends or splits a command.
    public static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 254
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAllowedInAddress) }
    }
}

extension UInt8 {
    /// RFC 5321, section 4.1.2, without quoted strings; letters beyond ASCII need a server that we do not ask for.
    fileprivate var isAllowedInAddress: Bool {
        isAllowedInToken || self == UInt8(ascii: "/") || self == UInt8(ascii: "=")
            || self == UInt8(ascii: "?")
            || self == UInt8(ascii: "{") || self == UInt8(ascii: "}")
    }
}
