// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import HTTP
import Testing

@testable import ObjectStore

@Suite struct S3FailureTests {
    private static let time = "Mon, 02 Nov 2026 03:00:00 GMT"

    private func error(
        _ status: Int, _ code: String = "", _ extra: String = "",
        headers: [(name: String, value: String)] = []
    ) -> ObjectStoreError {
        let body = code.isEmpty && extra.isEmpty ? "" : "<Error><Code>\(code)</Code>\(extra)</Error>"
        let head = HTTPHead(status: status, headers: headers + [("Date", Self.time)])
        return S3Failure(head, body: Array(body.utf8)).error(
            about: .object("k", expected: Validators(size: 1, etag: "e")), in: "s3://b")
    }

    @Test(arguments: [
        (500, "InternalError"), (500, ""), (502, ""), (504, ""), (503, ""), (408, ""),
        (400, "RequestTimeout"), (409, ""), (599, ""),
    ])
    func `what may pass is a fault`(_ status: Int, _ code: String) {
        let summary = code.isEmpty ? "HTTP \(status)" : "HTTP \(status) \(code)"
        #expect(error(status, code) == .transient("object 'k'", reason: summary, kind: .fault))
    }

    @Test(arguments: [
        (503, "SlowDown"), (503, "ServiceUnavailable"), (429, ""), (400, "ThrottlingException"),
    ])
    func `a store that is asked too much is a reason to slow down`(_ status: Int, _ code: String) throws {
        let error = error(status, code, headers: [("Retry-After", "7")])
        guard case .transient(_, _, let kind) = error else { throw error }
        #expect(kind == .slowDown(retryAfter: 7))
    }

    @Test(arguments: [
        (403, "AccessDenied"), (403, "InvalidAccessKeyId"), (403, "SignatureDoesNotMatch"), (401, ""),
        (403, ""),
        (400, "KMS.DisabledException"), (400, "InvalidToken"),
    ])
    func `refused credentials are told with a hint`(_ status: Int, _ code: String) throws {
        let error = error(status, code)
        guard case .denied(_, _, let hint) = error else { throw error }
        #expect(!hint.isEmpty)
    }

    @Test func `a denial that speaks of KMS asks about the key`() {
        #expect(error(403, "AccessDenied", "<Message>kms:Decrypt</Message>").hints[0].contains("KMS"))
    }

    @Test(arguments: [
        (404, "NoSuchKey", ObjectStoreError.missing("k")), (404, "", .missing("k")),
        (404, "NoSuchVersion", .missing("k")),
        (404, "NoSuchBucket", .noSuchStore("s3://b")),
        (
            412, "PreconditionFailed",
            .changed("k", expected: "1 bytes, ETag e", found: "HTTP 412 PreconditionFailed")
        ),
        (416, "InvalidRange", .changed("k", expected: "1 bytes, ETag e", found: "HTTP 416 InvalidRange")),
        (
            400, "ExpiredToken",
            .transient("object 'k'", reason: "HTTP 400 ExpiredToken", kind: .expiredCredentials)
        ),
    ])
    func `each has its own meaning`(_ status: Int, _ code: String, _ expected: ObjectStoreError) {
        #expect(error(status, code) == expected)
    }

    @Test func `a delete marker asked for by version is a missing object`() {
        #expect(error(405, "MethodNotAllowed", headers: [("x-amz-delete-marker", "true")]) == .missing("k"))
    }

    @Test func `an archived object names its storage class`() {
        let found = error(403, "InvalidObjectState", "<StorageClass>DEEP_ARCHIVE</StorageClass>")
        #expect(found == .coldStorage("k", storageClass: "DEEP_ARCHIVE"))
    }

    @Test func `a skewed clock comes with the server's time`() throws {
        let server = try #require(Timestamp(httpDate: Self.time))
        #expect(
            error(403, "RequestTimeTooSkewed")
                == .transient(
                    "object 'k'", reason: "HTTP 403 RequestTimeTooSkewed",
                    kind: .clockSkew(serverTime: server)))
    }

    @Test(arguments: [
        (301, "PermanentRedirect"), (307, "TemporaryRedirect"), (302, ""),
        (400, "AuthorizationHeaderMalformed"),
    ])
    func `a redirect is not followed but its region is told`(_ status: Int, _ code: String) throws {
        let error = error(status, code, headers: [("x-amz-bucket-region", "eu-central-1")])
        guard case .unusable(_, _, let hint) = error else { throw error }
        #expect(hint.contains("'eu-central-1'"))
    }

    @Test(arguments: ["evil.org/x", "", "A", "../..", String(repeating: "a", count: 33)])
    func `a region that could be part of another host's name is not taken`(_ region: String) {
        let failure = S3Failure(HTTPHead(status: 301, headers: [("x-amz-bucket-region", region)]), body: [])
        #expect(failure.otherRegion == nil)
    }

    @Test(arguments: [(501, "NotImplemented"), (405, "MethodNotAllowed"), (418, "")])
    func `what can never work is unusable`(_ status: Int, _ code: String) throws {
        let error = error(status, code)
        guard case .unusable = error else { throw error }
    }

    @Test func `an object that needs the customer's key says so`() {
        let found = error(
            400, "InvalidRequest",
            "<Message>The object was stored using a form of Server Side Encryption.</Message>")
        #expect(found.hints[0].contains("SSE-C"))
    }

    @Test func `what the server says cannot steer a terminal`() {
        let found = error(403, "AccessDenied", "<Message>a&#x1B;[31m</Message>")
        #expect(found.description.contains("a\\x1B[31m"))
        #expect(!found.description.utf8.contains(0x1B))
    }

    @Test(
        arguments: [
            ("0", 0), ("5", 5), (" 7", 7), ("86400", 120), ("9223372036854775807", 120),
            ("99999999999999999999999", 120),
            ("-1", nil), ("", nil), ("soon", nil), ("1.5", nil), ("+3", nil),
            ("Mon, 02 Nov 2026 03:00:10 GMT", 10),
            ("Mon, 02 Nov 2026 02:00:00 GMT", 0), ("Mon, 02 Nov 2099 02:00:00 GMT", 120),
            ("Mon, 99 Nov 2026 99:00:00 GMT", nil),
        ] as [(String, Int64?)])
    func `Retry-After is read without harm`(_ text: String, _ seconds: Int64?) {
        #expect(RetryAfter.seconds(text, from: Timestamp(httpDate: Self.time)) == seconds)
    }

    @Test(
        arguments: [
            ("bytes 0-9/100", 0, 10, 100), ("bytes 5-5/*", 5, 6, nil), ("Bytes 0-0/1", 0, 1, 1),
        ] as [(String, UInt64, UInt64, UInt64?)])
    func `a Content-Range is read`(_ text: String, _ start: UInt64, _ end: UInt64, _ total: UInt64?) {
        let range = ContentRange(text)
        #expect(range?.range == start..<end)
        #expect(range?.total == total)
    }

    @Test(arguments: [
        "", "bytes", "bytes */100", "bytes 9-0/100", "bytes 0-9", "bytes 0-9/9", "bytes -1-9/100",
        "bytes 0-9/100/3",
        "bytes 0-18446744073709551615/*", "bytes 0-99999999999999999999/*", "items 0-9/100", "bytes 0-+9/100",
    ])
    func `a Content-Range that makes no sense is refused`(_ text: String) {
        #expect(ContentRange(text) == nil)
    }
}
