// SPDX-License-Identifier: Apache-2.0
import AuditModel
import HTTP

/// A reply that is no success, with all that it says.
struct S3Failure: Equatable {
    var status: Int
    var document = S3ErrorDocument()
    /// The region that the reply's header names.
    var region: String?
    /// The server's clock.
    var serverTime: Timestamp?
    /// Nil when the store did not say, or not so that it can be understood.
    var retryAfter: Int64?
    var hasRetryAfter = false
    var isDeleteMarker = false

    init(status: Int, document: S3ErrorDocument = S3ErrorDocument()) {
        (self.status, self.document) = (status, document)
    }

    init(_ head: HTTPHead, body: [UInt8]) {
        self.init(status: head.status, document: S3ErrorDocument.read(body))
        region = head.value("x-amz-bucket-region") ?? document.region
        serverTime =
            document.serverTime.flatMap(Timestamp.init(iso8601:))
            ?? head.value("date").flatMap(Timestamp.init(httpDate:))
        hasRetryAfter = head.value("retry-after") != nil
        retryAfter = head.value("retry-after").flatMap { RetryAfter.seconds($0, from: serverTime) }
        isDeleteMarker = head.value("x-amz-delete-marker") == "true"
    }

    var code: String { document.code ?? "" }

    /// `HTTP 503 SlowDown`, with nothing in it that could harm a terminal.
    var summary: String {
        code.isEmpty ? "HTTP \(status)" : "HTTP \(status) \(ObjectName(String(code.prefix(64))))"
    }

    /// The summary and the store's own words.
    var detail: String {
        guard let message = document.message, !message.isEmpty else { return summary }
        return "\(summary): \(ObjectName(String(message.prefix(200))))"
    }

    /// The region to ask instead, when the reply names a plausible one.
    var otherRegion: String? {
        guard let region, S3Configuration.isRegion(region) else { return nil }
        switch (status, code) {
        case (300..<400, _), (400, "AuthorizationHeaderMalformed"),
            (400, "IllegalLocationConstraintException"),
            (400, ""):
            return region
        default: return nil
        }
    }
}
