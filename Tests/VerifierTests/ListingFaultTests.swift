// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Synchronization
import TestKit
import Testing

/// Listings that mislead, and sizes that do not fit into anything.
@Suite struct ListingFaultTests {
    @Test(
        arguments: [
            Lie("the same token for ever") { $0.truncated(token: "again") },
            Lie("more promised without a token") { $0.truncated(token: nil) },
            Lie("more promised by empty pages") {
                $0.replacing(#/<Contents>.*</Contents>/#).truncated(token: "\(UInt64.random(in: 0 ... .max))")
            },
            Lie("no listing") { $0.with(body: Array("<html>welcome</html>".utf8)) },
            Lie("nothing") { $0.with(body: []) },
            Lie("half a listing") { $0.with(body: Array($0.body.prefix($0.body.count / 2))) },
            Lie("a document type") {
                $0.with(body: Array("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><ListBucketResult/>".utf8))
            },
            Lie("an external entity") {
                $0.with(
                    body: Array(
                        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><ListBucketResult>&x;</ListBucketResult>"
                            .utf8))
            },
            Lie("a million levels") { $0.with(body: Array(String(repeating: "<a>", count: 1_000_000).utf8)) },
            Lie("a key of the largest name") {
                $0.withEntry(of: String(repeating: "k", count: 1 << 20), size: "x")
            },
            Lie("a negative size") { $0.withEntry(of: "prod/20251027T143000/x", size: "-1") },
            Lie("a size beyond 64 bits") {
                $0.withEntry(of: "prod/20251027T143000/x", size: "18446744073709551616")
            },
        ])
    func `a listing that makes no sense is inconclusive`(_ lie: Lie) throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in request.isListing ? lie.tell(reply) : reply }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .inconclusive)
        #expect(world.bucket.requests.count < 20)
        try world.expectNothingWrongIsRemembered()
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test(arguments: [2, 3, 1_000_000])
    func `pages that come again under other tokens end in an error`(tokens: Int) throws {
        let world = try S3World(pageSize: 2)
        let count = Count()
        let page = Mutex<[UInt8]>([])
        world.bucket.onReply { request, reply in
            guard request.isListing else { return reply }
            let number = count.next()
            if number == 1 { page.withLock { $0 = Array(reply.body) } }
            let text = String(decoding: page.withLock { $0 }, as: UTF8.self)
            let token = "<NextContinuationToken>\(number % tokens)</NextContinuationToken>"
            return reply.with(
                body: Array(
                    text.replacing(#/<NextContinuationToken>.*</NextContinuationToken>/#, with: token).utf8))
        }
        #expect(try world.verify().exitStatus == .inconclusive)
        #expect(world.bucket.requests.count < 20)
    }

    @Test(arguments: ["9223372036854775807", "9223372036854775808", "18446744073709551615"])
    func `sizes as large as can be stop nothing`(size: String) throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            if request.isListing {
                return reply.replacing(#/<Size>\d+</Size>/#, with: "<Size>\(size)</Size>")
            }
            return request.method == "HEAD" ? reply.with("Content-Length", size) : reply
        }
        for level in [Level.listed, .checksummed] {
            let outcome = try world.verify(level: level)
            #expect([.inconclusive, .success].contains(outcome.exitStatus))
        }
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `a size that only the listing has is not believed`() throws {
        let world = try S3World()
        let size = try #require(world.bucket[S3World.base]).bytes.count
        world.bucket.onReply { request, reply in
            request.isListing
                ? reply.replacing(of: "<Size>\(size)<", with: "<Size>18446744073709551615<") : reply
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .success)
        #expect(try world.wrongPins() == [])
    }

    @Test func `an empty bucket and one that is gone are nothing, not success`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            request.isListing ? reply.replacing(#/<Contents>.*</Contents>/#) : reply
        }
        #expect(try world.verify().exitStatus == .nothingThere)
        world.bucket.onReply { request, reply in
            request.isListing ? .failure(404, "NoSuchBucket") : reply
        }
        #expect(try world.verify().exitStatus == .nothingThere)
        try world.expectNothingWrongIsRemembered()
    }
}

extension ScriptedReply {
    fileprivate func truncated(token: String?) -> ScriptedReply {
        let token = token.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
        return replacing(
            #/<IsTruncated>false</IsTruncated>/#, with: "<IsTruncated>true</IsTruncated>" + token)
    }

    fileprivate func replacing(of text: String, with other: String) -> ScriptedReply {
        with(body: Array(String(decoding: body, as: UTF8.self).replacing(text, with: other).utf8))
    }

    fileprivate func replacing(_ pattern: Regex<Substring>, with text: String = "") -> ScriptedReply {
        with(body: Array(String(decoding: body, as: UTF8.self).replacing(pattern, with: text).utf8))
    }
}
