// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

@testable import ObjectStore

@Suite struct RetryingStoreTests {
    private let data = pattern(65_536)

    @Test func `a reply cut at every byte ends in the right bytes after one retry`() throws {
        let request = whole("k", data)
        let store = CutStore(data)
        let retrying = RetryingStore(
            store, policy: VirtualTime().policy, cancellation: Cancellation(), logger: silent)
        for cut in 0..<data.count {
            store.cutNext(after: cut)
            let (found, statistics) = try retrying.bytes(request)
            guard isEqual(found, data), statistics.retries == 1 else {
                Issue.record("cut at \(cut): \(found.count) bytes, \(statistics)")
                return
            }
        }
    }

    @Test func `a connection cut at any of a thousand places ends in the right bytes after one retry`() throws
    {
        let fixture = try S3Fixture(["k": data])
        let store = fixture.retrying(try fixture.store { $0.receiveBuffer = 16 << 10 })
        let request = whole("k", data)
        for cut in Array(stride(from: 0, to: data.count, by: 67)) + [1, 2, data.count - 2, data.count - 1] {
            let counter = Counter()
            fixture.bucket.onReply { _, reply in counter.next() == 1 ? reply.cut(after: cut) : reply }
            let (found, statistics) = try store.bytes(request)
            guard isEqual(found, data), statistics.retries == 1 else {
                Issue.record("cut at \(cut): \(found.count) bytes, \(statistics)")
                return
            }
            fixture.bucket.server.forgetExchanges()
        }
    }

    @Test(arguments: [0, 1, 1000, 65_535])
    func `a connection that is reset or garbled goes on where it broke`(_ place: Int) throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        let counter = Counter()
        fixture.bucket.onReply { _, reply in counter.next() == 1 ? reply.reset(after: place) : reply }
        let (found, statistics) = try store.bytes(whole("k", data))
        #expect(found == data)
        #expect(statistics.retries == 1)
        #expect(fixture.bucket.requests.count == 2)
    }

    @Test func `what goes on is a range of the same version`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        let counter = Counter()
        fixture.bucket.onReply { _, reply in counter.next() == 1 ? reply.cut(after: 1000) : reply }
        let statistics = try store.bytes(part("k", data, 500..<60_000)).statistics
        let requests = fixture.bucket.requests
        #expect(requests.map { $0.header("range") } == ["bytes=500-59999", "bytes=1500-59999"])
        #expect(requests[1].header("if-match") == "\"\(ScriptedBucket.Object.etag(of: data))\"")
        #expect(statistics.trouble == "1 attempt: 1 x connection cut at byte 1,500")
    }

    @Test func `a server that sends the whole object again is no trouble`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        let counter = Counter()
        fixture.bucket.onReply { [data] _, reply in
            counter.next() == 1 ? reply.cut(after: 30_000) : ScriptedReply.ok(data)
        }
        #expect(try store.bytes(whole("k", data)).bytes == data)
    }

    @Test func `six cuts without progress end in one message`() throws {
        let fixture = try S3Fixture(["k": data]) { _, reply in reply.cut(after: 10) }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        #expect(fixture.bucket.requests.count == 6)
        #expect(
            error
                == .gaveUp(
                    "object 'k'",
                    attempts: "6 attempts: "
                        + (1...6).map { "1 x connection cut at byte \($0)0" }.joined(separator: "; ")))
        #expect(error?.exitStatus == .inconclusive)
    }

    @Test func `progress makes earlier failures forgotten`() throws {
        let fixture = try S3Fixture(["k": data]) { _, reply in reply.cut(after: 2048) }
        let store = fixture.retrying(try fixture.store()) { $0.progress = 2048 }
        let (found, statistics) = try store.bytes(whole("k", data))
        #expect(found == data)
        #expect(statistics.retries == 31)
    }

    @Test func `another version in the middle of a reading is not patched on`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        let other = Array(data.reversed())
        let counter = Counter()
        for ignoresIfMatch in [false, true] {
            fixture.bucket.onReply { _, reply in
                guard counter.next() % 2 == 0 else { return reply.cut(after: 1000) }
                guard ignoresIfMatch else { return .status(412) }
                return .partial(other, 1000..<65_536, [("ETag", "\"other\"")])
            }
            let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
            guard case .changed = try #require(error) else { throw try #require(error) }
        }
    }

    @Test func `without a listed ETag the first reply's is what later ones are held to`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        let other = Array(data.reversed())
        let counter = Counter()
        fixture.bucket.onReply { _, reply in
            counter.next() == 1
                ? reply.cut(after: 1000) : .partial(other, 1000..<65_536, [("ETag", "\"other\"")])
        }
        var request = whole("k", data)
        request.expected = Validators(size: UInt64(data.count))
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(request) }
        guard case .changed(_, _, let found) = try #require(error) else { throw try #require(error) }
        #expect(found == "ETag other")
    }

    @Test(arguments: [
        (500, "InternalError"), (502, ""), (400, "RequestTimeout"), (503, "SlowDown"), (429, ""),
    ])
    func `what may pass is asked again`(_ status: Int, _ code: String) throws {
        let counter = Counter()
        let fixture = try S3Fixture(["k": data]) { _, reply in
            counter.next() < 3 ? .status(status, "<Error><Code>\(code)</Code></Error>") : reply
        }
        let (found, statistics) = try fixture.retrying().bytes(whole("k", data))
        #expect(found == data)
        #expect(statistics.retries == 2)
    }

    @Test(arguments: [
        (403, "AccessDenied"), (404, "NoSuchKey"), (501, "NotImplemented"), (301, "PermanentRedirect"),
        (403, "InvalidObjectState"), (400, "InvalidArgument"),
    ])
    func `what cannot pass is asked once`(_ status: Int, _ code: String) throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in
            .status(status, "<Error><Code>\(code)</Code></Error>")
        }
        let store = try fixture.retrying()
        #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        #expect(fixture.bucket.requests.count == 1)
    }

    @Test func `ten minutes of SlowDown are sat out, and requests get fewer`() throws {
        let fixture = try S3Fixture(["k": data])
        let time = fixture.time
        fixture.bucket.onReply { _, reply in
            time.now < .seconds(600) ? .status(503, "<Error><Code>SlowDown</Code></Error>") : reply
        }
        let store = try fixture.retrying()
        #expect(try store.bytes(whole("k", data)).bytes == data)
        #expect(fixture.bucket.requests.count < 100)
        #expect(try #require(store.pace.rate) < 8)
    }

    @Test func `SlowDown for ever ends at the deadline`() throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in
            .status(503, "<Error><Code>SlowDown</Code></Error>", [("Retry-After", "86400")])
        }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        guard case .gaveUp = try #require(error) else { throw try #require(error) }
        #expect(fixture.time.now <= .seconds(900))
        #expect(fixture.time.now > .seconds(700))
    }

    @Test(arguments: [("5", 5), ("86400", 120), ("9223372036854775807", 120)])
    func `the store is waited for as it asks, within reason`(_ text: String, _ seconds: Int64) throws {
        let counter = Counter()
        let fixture = try S3Fixture(["k": data]) { _, reply in
            counter.next() == 1 ? .status(429, "", [("Retry-After", text)]) : reply
        }
        _ = try fixture.retrying().bytes(whole("k", data))
        #expect(fixture.time.now >= .seconds(seconds))
        #expect(fixture.time.now < .seconds(seconds + 1))
    }

    @Test func `a page that fails is asked again, not the listing`() throws {
        let names = (10..<50).map { ObjectName("o\($0)") }
        let counter = Counter()
        let fixture = try S3Fixture(Dictionary(uniqueKeysWithValues: names.map { ($0, [1]) }), pageSize: 10) {
            _, reply in
            counter.next().isMultiple(of: 2) ? reply : reply.cut(after: 100)
        }
        #expect(try fixture.retrying().names() == names)
        #expect(fixture.bucket.requests.count == 8)
    }

    @Test func `an interruption ends the waiting`() throws {
        let fixture = try S3Fixture(["k": data])
        let cancellation = fixture.cancellation
        fixture.bucket.onReply { _, _ in
            cancellation.request()
            return .status(500)
        }
        let store = try fixture.retrying()
        #expect(throws: ObjectStoreError.interrupted) { try store.bytes(whole("k", data)) }
        #expect(fixture.bucket.requests.count == 1)
    }

    @Test func `a store that stalls is left and asked again`() throws {
        let counter = Counter()
        let fixture = try S3Fixture(["k": data]) { _, reply in
            counter.next() == 1 ? reply.stalled(after: 100, seconds: 30) : reply
        }
        let (found, statistics) = try fixture.retrying(fixture.store { $0.stallSeconds = 1 }).bytes(
            whole("k", data))
        #expect(found == data)
        #expect(statistics.trouble == "1 attempt: 1 x transfer stalled at byte 100")
    }
}
