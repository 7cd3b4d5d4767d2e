// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Synchronization
import TestKit
import Testing

/// A reply as no honest server gives it.
struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tell: @Sendable (ScriptedReply) -> ScriptedReply

    init(_ description: String, _ tell: @escaping @Sendable (ScriptedReply) -> ScriptedReply) {
        (testDescription, self.tell) = (description, tell)
    }
}

extension Lie {
    static let aboutLengths = [
        Lie("half of what Content-Length says") { $0.cut(after: $0.body.count / 2) },
        Lie("one byte less than Content-Length says") { $0.cut(after: $0.body.count - 1) },
        Lie("a Content-Length of one less") { $0.with("Content-Length", "\($0.body.count - 1)") },
        Lie("a Content-Length of one more") {
            $0.with("Content-Length", "\($0.body.count + 1)").cut(after: .max)
        },
        Lie("a body of one byte less") { $0.with(body: Array($0.body.dropLast())) },
        Lie("a body of one byte more") { $0.with(body: $0.body + [0]) },
        Lie("no byte at all") { $0.with(body: []) },
        Lie("the largest Content-Length") {
            $0.with("Content-Length", "18446744073709551615").cut(after: .max)
        },
        Lie("a Content-Length beyond 64 bits") {
            $0.with("Content-Length", "99999999999999999999").cut(after: .max)
        },
        Lie("a negative Content-Length") { $0.with("Content-Length", "-1").cut(after: .max) },
        Lie("two Content-Lengths") {
            var reply = $0
            reply.headers += [("Content-Length", "\($0.body.count)"), ("Content-Length", "1")]
            return reply
        },
        Lie("chunks that never end") {
            let head =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nffffffffffffffff\r\n"
            return .raw(.bytes(Array(head.utf8)[...]), .bytes($0.body), .cut)
        },
    ]

    static let aboutRanges = [
        Lie("a part that begins one byte later") {
            $0.as(206).with("Content-Range", "bytes 1-\($0.body.count)/\($0.body.count + 1)")
        },
        Lie("a part that is nowhere") { $0.as(206).with("Content-Range", nil) },
        Lie("a part that cannot be read") { $0.as(206).with("Content-Range", "bytes x-y/z") },
        Lie("a part beyond 64 bits") {
            $0.as(206).with("Content-Range", "bytes 18446744073709551615-18446744073709551616/*")
        },
        Lie("a part from its end to its start") { $0.as(206).with("Content-Range", "bytes 9-0/10") },
        Lie("several parts") {
            $0.as(206).with("Content-Range", nil).with("Content-Type", "multipart/byteranges")
        },
    ]

    static let failures = [
        (500, "InternalError"), (500, ""), (502, ""), (503, "ServiceUnavailable"), (504, ""),
        (501, "NotImplemented"),
        (429, ""), (408, ""), (400, "RequestTimeout"), (400, "InvalidRequest"), (401, ""),
        (403, "AccessDenied"), (403, "InvalidObjectState"), (403, "SignatureDoesNotMatch"),
        (403, "ExpiredToken"), (403, "RequestTimeTooSkewed"), (404, "NoSuchKey"), (404, ""), (405, ""),
        (412, "PreconditionFailed"), (416, "InvalidRange"), (301, "PermanentRedirect"),
        (307, "TemporaryRedirect"),
        (304, ""), (204, ""), (203, ""), (299, ""), (418, ""), (599, ""), (999, ""),
    ].map { status, code in
        Lie("HTTP \(status) \(code)") { _ in
            .failure(status, code, [("Location", "http://169.254.169.254/latest/meta-data/")])
        }
    }

    static let aboutHTTP = [
        Lie("nothing") { _ in .raw(.cut) },
        Lie("a reset") { _ in .raw(.reset) },
        Lie("something that is not HTTP") { _ in .verbatim("SSH-2.0-OpenSSH_9.2\n") },
        Lie("a status that is no number") { _ in .verbatim("HTTP/1.1 abc OK\n\n") },
        Lie("a head without an end") { _ in .verbatim("HTTP/1.1 200 OK\nETag: \"1\"") },
        Lie("80 KB of headers") { $0.with("X-Long", String(repeating: "x", count: 80_000)) },
        Lie("another ETag each time") { $0.with("ETag", "\"\(UInt64.random(in: 0 ... .max))\"") },
    ]

    static let all = aboutLengths + aboutRanges + failures + aboutHTTP
}

extension ScriptedReply {
    fileprivate func `as`(_ status: Int) -> ScriptedReply {
        var reply = self
        reply.status = status
        return reply
    }
}

/// Whatever a server says, it is neither damage nor success.
@Suite struct LyingServerFaultTests {
    @Test(arguments: Lie.all, [false, true])
    func `a lie about an object that is told for ever is inconclusive`(_ lie: Lie, isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        world.bucket.onReply { request, reply in request.reads(S3World.base) ? lie.tell(reply) : reply }
        for _ in 0..<2 { #expect(try world.verify().exitStatus == .inconclusive) }
        try world.expectNothingWrongIsRemembered(isVerified: isPinned)
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test(arguments: Lie.all, [false, true])
    func `a lie about the sum file that is told for ever is inconclusive`(_ lie: Lie, isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        world.bucket.onReply { request, reply in request.reads(S3World.sums) ? lie.tell(reply) : reply }
        #expect(try world.verify().exitStatus == .inconclusive)
        try world.expectNothingWrongIsRemembered(isVerified: isPinned)
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test(arguments: Lie.all)
    func `a lie that is told once about each object is neither damage nor believed`(_ lie: Lie) throws {
        let world = try S3World()
        let told = Mutex<Set<String>>([])
        world.bucket.onReply { request, reply in
            request.method == "GET" && told.withLock { $0.insert(request.target).inserted }
                ? lie.tell(reply) : reply
        }
        for _ in 0..<2 {
            #expect([.success, .inconclusive, .nothingThere].contains(try world.verify().exitStatus))
        }
        #expect(try world.wrongPins() == [])
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test(arguments: Lie.all)
    func `a lie in place of every reply is no verdict about a backup`(_ lie: Lie) throws {
        let world = try S3World()
        world.bucket.onReply { _, reply in lie.tell(reply) }
        let outcome = try world.verify()
        #expect([.inconclusive, .nothingThere].contains(outcome.exitStatus))
        try world.expectNothingWrongIsRemembered()
    }

    @Test(arguments: Lie.failures)
    func `a failing HEAD does not matter while bytes can be read`(_ lie: Lie) throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in request.method == "HEAD" ? lie.tell(reply) : reply }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `the whole object in reply to a range is cut to it`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        let whole = try #require(world.bucket[S3World.base])
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base), request.range != nil else { return reply }
            return .ok(whole.bytes, [("ETag", "\"\(whole.etag)\"")])
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .success)
        #expect(outcome.codes == [])
    }

    @Test func `a part under status 200 is taken when its Content-Range fits`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        world.bucket.onReply { _, reply in
            var reply = reply
            if reply.status == 206 { reply.status = 200 }
            return reply
        }
        #expect(try world.verify().exitStatus == .success)
    }
}
