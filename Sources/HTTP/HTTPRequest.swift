// SPDX-License-Identifier: Apache-2.0

/// What a request asks for.
public enum HTTPMethod: String, Sendable, Equatable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}

/// One request, sent exactly as it is written here.
///
/// `Host`, `User-Agent`, `Accept-Encoding: identity` and, with a body, `Content-Length` are added unless
/// `headers` has them.
public struct HTTPRequest: Sendable {
    /// What the request asks for.
    public var method: HTTPMethod
    /// Absolute, `http://` or `https://`, percent-encoded; its path is sent without being normalised.
    public var url: String
    /// In the order in which they are sent.
    public var headers: [(name: String, value: String)]
    /// Sent with POST and PUT only.
    public var body: [UInt8]
    /// How long this transfer may be slower than the client's minimum; 0 for any time, nil for what holds for
    /// the client.
    public var stallSeconds: Int?

    /// A GET without headers of its own or a body, unless they are given; only the client checks it, when it is sent.
    public init(
        _ method: HTTPMethod = .get, url: String, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], stallSeconds: Int? = nil
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        self.stallSeconds = stallSeconds
    }

    func hasHeader(_ name: String) -> Bool {
        headers.contains { $0.name.isSameFieldName(as: name) }
    }

    /// Host and port, as messages may name them: a URL's query can hold a signature.
    var authority: String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let user = authority.lastIndex(of: "@") else { return String(authority) }
        return String(authority[authority.index(after: user)...])
    }

    /// What is wrong with this request, if it cannot be sent as it is.
    ///
    /// A line break in a header would be a header of somebody else's making.
    var flaw: String? {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            return "the URL must begin with http:// or https://"
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            return "the URL has blanks or control bytes"
        }
        for (name, value) in headers where !name.isToken || !value.utf8.allSatisfy(\.isAllowedInFieldValue) {
            return "a request header has bytes that no header may have"
        }
        return nil
    }
}

extension String {
    /// Whether two headers' names are one, whatever the case of their letters; copies neither.
    func isSameFieldName(as other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether this is a `token` of RFC 9110, section 5.6.2: what a header may be called.
    var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isAllowedInToken) }
}

extension UInt8 {
    /// The small letter of an ASCII capital; any other byte as it is.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    /// RFC 9110, section 5.5: visible characters, blank, tab and bytes from 0x80.
    var isAllowedInFieldValue: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }

    /// RFC 9110, section 5.6.2: visible ASCII but for the delimiters.
    var isAllowedInToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
        case 0x21...0x7E: !#""(),/:;<=>?@[\]{}"#.utf8.contains(self)
        default: false
        }
    }
}
