// SPDX-License-Identifier: Apache-2.0
import AuditModel
import HTTP
import TestKit
import Testing

/// The bucket that other tests rely on answers as S3 does.
@Suite struct ScriptedBucketTests {
    let client = HTTPClient(HTTPClient.Options())

    func text(_ fetched: Fetched) -> String { String(decoding: fetched.body, as: UTF8.self) }

    @Test func `a range is answered with exactly that part`() throws {
        let body = sample(1000)
        let bucket = try ScriptedBucket.start(["a/b c": body])
        let url = bucket.endpoint + "/bucket/a/b%20c"
        let cases: [(String, Range<Int>)] = [
            ("bytes=0-999", 0..<1000), ("bytes=10-19", 10..<20), ("bytes=990-", 990..<1000),
            ("bytes=-5", 995..<1000), ("bytes=999-99999", 999..<1000),
        ]
        for (value, range) in cases {
            let fetched = client.fetch(HTTPRequest(url: url, headers: [("Range", value)]))
            #expect(fetched.head?.status == 206)
            #expect(fetched.body == Array(body[range]))
            #expect(
                fetched.head?.value("content-range")
                    == "bytes \(range.lowerBound)-\(range.upperBound - 1)/1000")
        }
        #expect(client.fetch(HTTPRequest(url: url, headers: [("Range", "bytes=1000-")])).head?.status == 416)
        #expect(client.fetch(HTTPRequest(.head, url: url)).head?.contentLength == 1000)
        #expect(client.fetch(HTTPRequest(url: url)).body == body)
    }

    @Test func `another version than If-Match names is refused`() throws {
        let bucket = try ScriptedBucket.start(["key": sample(10)])
        let url = bucket.endpoint + "/bucket/key"
        let etag = try #require(client.fetch(HTTPRequest(.head, url: url)).head?.value("etag"))
        let request = HTTPRequest(url: url, headers: [("If-Match", etag)])
        #expect(client.fetch(request).head?.status == 200)
        bucket.put("key", sample(11))
        #expect(client.fetch(request).head?.status == 412)
        bucket.delete("key")
        let missing = client.fetch(request)
        #expect(missing.head?.status == 404)
        #expect(text(missing).contains("<Code>NoSuchKey</Code>"))
    }

    @Test func `a listing comes in pages that together name every key once`() throws {
        let names = (0..<25).map { ObjectName("p/\($0)") }
        let bucket = try ScriptedBucket.start(
            Dictionary(uniqueKeysWithValues: (names + ["other"]).map { ($0, [1]) }), pageSize: 10)
        var token = ""
        var keys: [String] = []
        repeat {
            let suffix = token.isEmpty ? "" : "&continuation-token=\(token)"
            let page = text(
                client.fetch(HTTPRequest(url: bucket.endpoint + "/bucket?list-type=2&prefix=p%2F\(suffix)")))
            keys += page.matches(of: /<Key>(.*?)<\/Key>/).map { String($0.1) }
            token = page.firstMatch(of: /<NextContinuationToken>(.*?)</).map { String($0.1) } ?? ""
        } while !token.isEmpty
        #expect(keys == names.sorted().compactMap(\.utf8Text))
        #expect(bucket.requests.count == 3)
    }

    @Test func `keys are encoded when that is asked for`() throws {
        let bucket = try ScriptedBucket.start(["a b+c/é<": [], "é": [], "e\u{301}": []])
        let plain = text(client.fetch(HTTPRequest(url: bucket.endpoint + "/bucket/?list-type=2")))
        #expect(plain.contains("<Key>a b+c/é&lt;</Key>"))
        #expect(plain.contains("<KeyCount>3</KeyCount>"))
        let url = bucket.endpoint + "/bucket?list-type=2&encoding-type=url"
        #expect(text(client.fetch(HTTPRequest(url: url))).contains("<Key>a+b%2Bc/%C3%A9%3C</Key>"))
    }

    @Test func `a hook can distort any reply`() throws {
        let bucket = try ScriptedBucket.start(["key": sample(100)]) { request, reply in
            request.number == 1 ? .status(503, "", [("Retry-After", "1")]) : reply.cut(after: 7)
        }
        let request = HTTPRequest(url: bucket.endpoint + "/bucket/key")
        #expect(client.fetch(request).head?.value("retry-after") == "1")
        #expect(client.fetch(request).error?.kind == .cutShort(received: 7, expected: 100))
        bucket.onReply { $1 }
        #expect(client.fetch(request).body == sample(100))
    }

    @Test func `a cut at every byte of an object is reported with its place`() throws {
        let size = 65_536
        let body = sample(size)
        let bucket = try ScriptedBucket.start(["key": body]) { request, reply in
            reply.cut(after: request.number - 1)
        }
        let request = HTTPRequest(url: bucket.endpoint + "/bucket/key")
        var wrong = 0
        for count in 0..<size {
            let fetched = client.fetch(request)
            let expected = HTTPError.Kind.cutShort(received: UInt64(count), expected: UInt64(size))
            if fetched.error?.kind != expected || fetched.body != Array(body[..<count]) { wrong += 1 }
            if count % 4096 == 0 { bucket.server.forgetExchanges() }
        }
        #expect(wrong == 0)
        #expect(bucket.server.connections == size)
    }
}
