// SPDX-License-Identifier: Apache-2.0

import AuditModel

/// The server that answers for a bucket: `http://host:port`, or `https://host/base` behind a gateway.
public struct S3Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// Whether it is spoken to over TLS.
    public let isSecure: Bool
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public let host: String
    /// Nil when it is the scheme's own: then no `Host` header names it, and none may be signed.
    public let port: UInt16?
    /// What stands before the bucket in every path: empty, or `/base` without a slash at its end.
    public let basePath: String

    /// Reads a URL; throws `.unusable` when it is no http or https URL, or holds a user, query or fragment.
    public init(_ url: String) throws(ObjectStoreError) {
        guard let parsed = Self.parse(url) else {
            throw .unusable(
                "endpoint '\(Self.withoutUser(url))'", reason: "it is no http or https URL of a server",
                hint: "write it as https://HOST or http://HOST:PORT.")
        }
        self = parsed
    }

    init(isSecure: Bool, host: String, port: UInt16?, basePath: String = "") {
        (self.isSecure, self.host, self.port, self.basePath) = (isSecure, host, port, basePath)
    }

    /// Amazon's own server of a region (AWS General Reference, "Amazon S3 endpoints and quotas").
    static func amazon(_ service: String = "s3", region: String) -> S3Endpoint {
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return S3Endpoint(isSecure: true, host: "\(service).\(region).\(suffix)", port: nil)
    }

    /// Host and, unless it is the scheme's own, port: what the `Host` header says.
    var authority: String { port.map { "\(host):\($0)" } ?? host }

    var scheme: String { isSecure ? "https" : "http" }

    /// The URL, without the scheme's own port and without a slash at its end.
    public var description: String { "\(scheme)://\(authority)\(basePath)" }

    /// Whether this is Amazon's public server of a region, which may send us to another region's.
    var isAmazonRegion: Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let tail =
            labels.suffix(2) == ["amazonaws", "com"] || labels.suffix(3) == ["amazonaws", "com", "cn"]
        return tail && labels.first == "s3" && port == nil && basePath.isEmpty && labels.count <= 5
    }

    /// Whether what is sent there does not leave this machine.
    var isLoopback: Bool { host == "localhost" || host == "[::1]" || Self.isIPv4(host, inside: [127]) }

    /// Whether the host is a dotted IPv4 address that begins with these numbers.
    static func isIPv4(_ host: String, inside network: [UInt8]) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && !numbers.contains(nil) && numbers.starts(with: network)
    }
}

extension S3Endpoint {
    private static func parse(_ url: String) -> S3Endpoint? {
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { return nil }
        let rest = url.utf8.dropFirst(isSecure ? 8 : 7)
        guard rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"@?#\\%".utf8.contains($0) }) else { return nil }
        let authority = String(decoding: rest.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
        var base = String(decoding: rest.dropFirst(authority.utf8.count), as: UTF8.self)
        while base.hasSuffix("/") { base.removeLast() }
        guard let (host, port) = split(authority) else { return nil }
        let standard: UInt16 = isSecure ? 443 : 80
        return S3Endpoint(isSecure: isSecure, host: host, port: port == standard ? nil : port, basePath: base)
    }

    private static func split(_ authority: String) -> (host: String, port: UInt16?)? {
        var host = authority
        var port: UInt16?
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard !digits.hasPrefix("+"), let number = UInt16(digits), number > 0 else { return nil }
            port = number
            host = String(authority[..<colon])
        }
        let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
        let allowed = isAddress ? "[]:.0123456789abcdefABCDEF" : hostCharacters
        guard !host.isEmpty, host.utf8.allSatisfy({ allowed.utf8.contains($0) }) else { return nil }
        return (host.lowercased(), port)
    }

    private static let hostCharacters = "-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    /// The URL without what may be a password.
    private static func withoutUser(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return ObjectName(url).description }
        return ObjectName("…" + url[at...]).description
    }
}
