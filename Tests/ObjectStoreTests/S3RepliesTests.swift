// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

@testable import ObjectStore

/// Replies of servers that lie, guess or differ.
@Suite struct S3RepliesTests {
    private let data = pattern(1000)
    private let range: Range<UInt64> = 100..<200

    private func read(
        _ range: Range<UInt64>? = nil, hook: @escaping ScriptedBucket.Hook
    ) throws -> [UInt8] {
        let fixture = try S3Fixture(["k": data]) { request, reply in
            request.method == "GET" ? hook(request, reply) : reply
        }
        return try fixture.store().bytes(part("k", data, range ?? self.range)).bytes
    }

    @Test func `200 without a Content-Range is the whole object`() throws {
        let answer: ScriptedBucket.Hook = { [data] _, _ in .ok(data) }
        #expect(try read(hook: answer) == Array(data[100..<200]))
        #expect(try read(900..<1000, hook: answer) == Array(data[900...]))
    }

    @Test func `200 with the very Content-Range is the part`() throws {
        let found = try read { _, reply in
            var reply = reply
            reply.status = 200
            return reply
        }
        #expect(found == Array(data[100..<200]))
    }

    @Test(arguments: [
        "bytes 0-99/1000", "bytes 101-200/1000", "bytes 100-198/1000", "bytes 100-200/1000",
        "bytes 99-199/1000", "nonsense", "bytes */1000",
    ])
    func `a part that was not asked for is refused`(_ contentRange: String) throws {
        for status in [200, 206] {
            let error = #expect(throws: ObjectStoreError.self) {
                try read { _, reply in
                    var reply = reply.with("Content-Range", contentRange)
                    reply.status = status
                    return reply
                }
            }
            guard case .misbehaving = try #require(error) else { throw try #require(error) }
        }
    }

    @Test func `206 without a Content-Range is refused`() throws {
        let error = #expect(throws: ObjectStoreError.self) {
            try read { _, reply in reply.with("Content-Range", nil) }
        }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }

    @Test func `another size than expected is another version`() throws {
        let announced: ScriptedBucket.Hook = { _, reply in reply.with("Content-Range", "bytes 100-199/1001") }
        let sent: ScriptedBucket.Hook = { [data] _, _ in .ok(data + [0]) }
        for hook in [announced, sent] {
            let error = #expect(throws: ObjectStoreError.self) { try read(hook: hook) }
            guard case .changed = try #require(error) else { throw try #require(error) }
        }
    }

    @Test func `another ETag is another version, also when If-Match is ignored`() throws {
        let expected = Validators(size: 1000, etag: ScriptedBucket.Object.etag(of: data)).summary
        #expect(throws: ObjectStoreError.changed("k", expected: expected, found: "ETag other")) {
            try read { _, reply in reply.with("ETag", "\"other\"") }
        }
    }

    @Test func `ETags are compared without quotes and weakness`() throws {
        let tag = ScriptedBucket.Object.etag(of: data)
        for text in [tag, "\"\(tag)\"", "W/\"\(tag)\""] {
            #expect(try read { _, reply in reply.with("ETag", text) }.count == 100)
        }
    }

    @Test func `without an ETag another date is another version`() throws {
        let fixture = try S3Fixture(["k": data]) { $1.with("ETag", nil) }
        let store = try fixture.store()
        let object = try store.head("k")
        #expect(try store.bytes(ReadRequest(whole: object)).bytes == data)
        fixture.bucket["k"]?.modified =
            object.validators.modified?.advanced(bySeconds: 1) ?? Timestamp(seconds: 0)
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(ReadRequest(whole: object)) }
        guard case .changed = try #require(error) else { throw try #require(error) }
    }

    @Test(arguments: [412, 416])
    func `a refused condition is another version`(_ status: Int) throws {
        let error = #expect(throws: ObjectStoreError.self) { try read { _, _ in .status(status) } }
        guard case .changed = try #require(error) else { throw try #require(error) }
    }

    @Test func `a body without a length that ends early may pass, one that goes on does too`() throws {
        for body in [Array(data[100..<150]), Array(data[100..<201])] {
            let text =
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 100-199/1000\r\nConnection: close\r\n\r\n"
            let error = #expect(throws: ObjectStoreError.self) {
                try read { _, _ in .raw(.bytes(Array(text.utf8)[...]), .bytes(body[...]), .cut) }
            }
            #expect(error?.isTransient == true)
        }
    }

    @Test func `a Content-Length that contradicts the part is refused`() throws {
        let error = #expect(throws: ObjectStoreError.self) {
            try read { [data] _, reply in reply.with(body: Array(data[100..<201])) }
        }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }

    @Test func `a body that says it is compressed is handed over as it is`() throws {
        #expect(try read { _, reply in reply.with("Content-Encoding", "gzip") } == Array(data[100..<200]))
    }

    @Test func `a refusal to HEAD is explained by asking for a byte`() throws {
        let fixture = try S3Fixture(["k": data]) { request, reply in
            request.method == "HEAD"
                ? .status(403) : ScriptedReply.status(403, "<Error><Code>InvalidAccessKeyId</Code></Error>")
        }
        let error = #expect(throws: ObjectStoreError.self) { try fixture.store().head("k") }
        #expect(try #require(error).message.contains("InvalidAccessKeyId"))
    }

    @Test func `where only GET is allowed, it tells what HEAD would`() throws {
        let fixture = try S3Fixture(["k": data]) { $0.method == "HEAD" ? .status(403) : $1 }
        #expect(try fixture.store().head("k").size == 1000)
    }

    @Test func `headers without end are refused`() throws {
        let flood = (0..<5000).map { "X-Flood-\($0): \(String(repeating: "x", count: 80))\r\n" }.joined()
        let error = #expect(throws: ObjectStoreError.self) {
            try read { _, _ in .raw(.bytes(Array("HTTP/1.1 200 OK\r\n\(flood)\r\n".utf8)[...]), .cut) }
        }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }
}

@Suite struct S3ListingLiesTests {
    private func list(_ pages: @escaping @Sendable (Int) -> String) throws -> (
        ObjectStoreError?, requests: Int
    ) {
        let counter = Counter()
        let fixture = try S3Fixture { _, _ in .status(200, pages(counter.next())) }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.names() }
        return (error, fixture.bucket.requests.count)
    }

    private static func page(_ inner: String) -> String { "<ListBucketResult>\(inner)</ListBucketResult>" }
    private static let more = "<IsTruncated>true</IsTruncated>"
    private static func token(_ text: String) -> String {
        "<NextContinuationToken>\(text)</NextContinuationToken>"
    }
    private static func object(_ key: String) -> String {
        "<Contents><Key>\(key)</Key><Size>1</Size></Contents>"
    }

    @Test func `the same token twice ends the listing in an error`() throws {
        let (error, requests) = try list { Self.page(Self.object("k\($0)") + Self.more + Self.token("same")) }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
        #expect(requests == 2)
    }

    @Test func `a token that is missing ends the listing in an error`() throws {
        let (error, requests) = try list { _ in Self.page(Self.object("k") + Self.more) }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
        #expect(requests == 1)
    }

    @Test func `a third empty page that promises more ends the listing in an error`() throws {
        let (error, requests) = try list { Self.page(Self.more + Self.token("t\($0)")) }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
        #expect(requests == 3)
    }

    @Test func `two empty pages in between are no harm`() throws {
        let counter = Counter()
        let fixture = try S3Fixture { _, _ in
            let number = counter.next()
            return .status(
                200, Self.page(number < 3 ? Self.more + Self.token("t\(number)") : Self.object("k")))
        }
        #expect(try fixture.store().names() == ["k"])
    }

    @Test(arguments: [
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><ListBucketResult>&b;</ListBucketResult>",
        "<!DOCTYPE x SYSTEM \"http://169.254.169.254/\"><ListBucketResult/>", "<ListBucketResult><Contents>",
        "", "<html/>",
        "<ListBucketResult><Contents><Key>k</Key></Contents></ListBucketResult>",
        "<ListBucketResult>\(String(repeating: "<a>", count: 100_000))", "{\"json\": true}",
    ])
    func `a hostile document ends the listing in an error`(_ document: String) throws {
        let (error, requests) = try list { _ in document }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
        #expect(requests == 1)
    }

    @Test func `a key outside the folder asked for is refused`() throws {
        let fixture = try S3Fixture { _, _ in .status(200, Self.page(Self.object("elsewhere"))) }
        let error = #expect(throws: ObjectStoreError.self) { try fixture.store("s3://bucket/here").names() }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }

    @Test func `a page of more than 16 MiB is refused before it has come`() throws {
        let huge = [UInt8](repeating: 0x20, count: 17 << 20)
        let fixture = try S3Fixture { _, _ in .ok(huge) }
        let error = #expect(throws: ObjectStoreError.self) { try fixture.store().names() }
        guard case .misbehaving = try #require(error) else { throw try #require(error) }
    }
}
