// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Synchronization

/// Signs requests with AWS Signature Version 4.
///
/// "Signature Calculations for the Authorization Header" (Amazon S3 API Reference): the path is encoded
/// once and kept as it is, the query is sorted by its encoded bytes, the payload is empty. All headers
/// that are handed over here are signed, and `host`, `x-amz-date` and the token besides.
final class S3Signer: Sendable {
    /// Part of every signature.
    let region: String
    /// `s3` for buckets.
    let service: String
    private let signingKey = Mutex<(day: String, secret: String, key: [UInt8])?>(nil)

    init(region: String, service: String = "s3") {
        (self.region, self.service) = (region, service)
    }

    /// SHA-256 of nothing: the digest of all payloads but a probe's.
    static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// A request as the signature sees it.
    struct Request: Sendable {
        /// Such as `GET`.
        var method: String
        /// As the `Host` header says it, a port that is not the scheme's own included.
        var host: String
        /// Encoded, from the first slash on.
        var path: String
        /// Names and values encoded; in any order.
        var query: [(name: String, value: String)]
        /// Names in lower case.
        var headers: [(name: String, value: String)]

        init(
            method: String, host: String, path: String, query: [(name: String, value: String)] = [],
            headers: [(name: String, value: String)] = []
        ) {
            (self.method, self.host, self.path) = (method, host, path)
            (self.query, self.headers) = (query, headers)
        }
    }

    /// The headers to send: those of the request, the date, the token, and `authorization`.
    ///
    /// The time is the store's own, since a signature is good for 15 minutes round it.
    func headers(
        for request: Request, key: AccessKey, at time: Timestamp
    ) -> [(name: String, value: String)] {
        let stamp = time.basic
        var headers = request.headers
        headers.append(("x-amz-date", stamp))
        if let token = key.sessionToken { headers.append(("x-amz-security-token", token.revealed)) }

        let signed = Self.sorted(headers + [("host", request.host)])
        let names = signed.map(\.name).joined(separator: ";")
        let canonical = Self.canonical(request, signed, names)
        let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(SHA256.digest(of: Array(canonical.utf8)).hex)"
        let signature = HMACSHA256.authenticate(
            Array(text.utf8), key: derivedKey(key, String(stamp.prefix(8))))
        headers.append(
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(key.id)/\(scope),SignedHeaders=\(names)"
                    + ",Signature=\(Hex.encode(signature))"
            ))
        return headers
    }

    /// The canonical request of the specification.
    static func canonical(
        _ request: Request, _ signed: [(name: String, value: String)], _ names: String
    ) -> String {
        var text = "\(request.method)\n\(request.path)\n\(queryText(request.query))\n"
        for (name, value) in signed { text += "\(name):\(collapsed(value))\n" }
        let payload = request.headers.first { $0.name == "x-amz-content-sha256" }?.value ?? emptyPayload
        text += "\n\(names)\n\(payload)"
        return text
    }

    /// The query as it is signed, which is also how it is sent: sorted by name, then value.
    static func queryText(_ query: [(name: String, value: String)]) -> String {
        query.sorted { precedes($0.name, $1.name) || ($0.name == $1.name && precedes($0.value, $1.value)) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Byte order; comparing `String`s would compare Unicode-normalised text.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// The headers by name, the values of one name that comes more than once joined in their order.
    private static func sorted(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)]
    {
        var joined: [(name: String, value: String)] = []
        for header in headers {
            if let index = joined.firstIndex(where: { $0.name == header.name }) {
                joined[index].value += ",\(header.value)"
            } else {
                joined.append(header)
            }
        }
        return joined.sorted { precedes($0.name, $1.name) }
    }

    /// The value without blanks at its ends and with single ones inside.
    private static func collapsed(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: " ")) else { return value }
        return value.split(separator: " ").joined(separator: " ")
    }

    /// The key of one day, kept until day or secret change.
    private func derivedKey(_ key: AccessKey, _ day: String) -> [UInt8] {
        let secret = key.secret.revealed
        return signingKey.withLock { cached in
            if let cached, cached.day == day, cached.secret == secret { return cached.key }
            let derived = [day, region, service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) {
                key, part in
                HMACSHA256.authenticate(Array(part.utf8), key: key)
            }
            cached = (day, secret, derived)
            return derived
        }
    }
}
