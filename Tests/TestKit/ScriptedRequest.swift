// SPDX-License-Identifier: Apache-2.0

/// A request as it arrived at a `ScriptedServer`.
public struct ScriptedRequest: Sendable {
    public var method: String
    /// The request target exactly as it was sent, percent-encoding included.
    public var target: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Whether the body came to its end; others are kept and not answered.
    public var isWhole = true
    /// Which connection it came on, from 1.
    public var connection: Int
    /// Which request of the server it is, from 1.
    public var number: Int

    /// The target up to its `?`, still percent-encoded.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The target after its `?`, still percent-encoded; empty without one.
    public var query: String { String(target.drop { $0 != "?" }.dropFirst()) }

    /// The value of a header, whatever the case of its name.
    public func header(_ name: String) -> String? {
        headers.last { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The decoded bytes of a query parameter; nil when it is not there, empty when it has no value.
    public func parameter(_ name: String) -> [UInt8]? {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if String(parts[0]) == name { return parts.count > 1 ? percentDecoded(parts[1]) : [] }
        }
        return nil
    }

    /// Both ends of `Range: bytes=a-b`, either of which may be missing.
    public var range: (first: Int?, last: Int?)? {
        guard let value = header("range"), value.hasPrefix("bytes=") else { return nil }
        let ends = value.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        return ends.count == 2 ? (Int(ends[0]), Int(ends[1])) : nil
    }
}

extension ScriptedRequest {
    /// Whether its body comes in chunks.
    var isStreamed: Bool { header("transfer-encoding") == "chunked" }

    /// Reads a head without its final empty line; nil when it is no request.
    init?(head: some Collection<UInt8>, connection: Int, number: Int) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let parts = lines.first?.split(separator: " "), parts.count == 3 else { return nil }
        (method, target, body) = (String(parts[0]), String(parts[1]), [])
        (self.connection, self.number) = (connection, number)
        headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            let value = line.dropFirst(name.count + 1).drop { $0 == " " }
            return (String(name), String(value))
        }
    }
}

/// The bytes a percent-encoded text stands for; `+` stays what it is.
func percentDecoded(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"),
            let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return bytes
}
