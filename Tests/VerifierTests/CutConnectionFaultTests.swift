// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Synchronization
import TestKit
import Testing

/// Connections that break cost a repetition, never a wrong digest.
@Suite struct CutConnectionFaultTests {
    private static let size = 65_536

    /// All positions when `PG_BACKCTL_TEST_EVERY_BYTE` is set, else in steps that divide the last one.
    private static let positions = Array(
        stride(
            from: 0, to: size,
            by: ProcessInfo.processInfo.environment["PG_BACKCTL_TEST_EVERY_BYTE"] == nil ? 255 : 1))

    @Test(arguments: [ScriptedReply.Step.cut, .reset])
    func `a connection cut at any byte ends in the right digest`(step: ScriptedReply.Step) throws {
        let world = try S3World(.tar("prod/20251027T143000", base: Self.size))
        let expected = sha256(try #require(world.bucket[S3World.base]).bytes)
        let cut = Mutex<Int?>(nil)
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base), let after = cut.withLock({ $0.take() }) else { return reply }
            return reply.faulty(step, after: after)
        }
        var wrong: [Int] = []
        for position in Self.positions {
            cut.withLock { $0 = position }
            let outcome = try world.verify(jobs: 1, remembers: false)
            let object = outcome.report?.object("base.tar.gz")
            if outcome.exitStatus != .success || object?.sha256 != expected || object?.retries != 1 {
                wrong.append(position)
            }
        }
        #expect(wrong.isEmpty, "of \(Self.positions.count) positions")
        #expect(world.sentOnlyReadingRequests())
    }

    @Test func `each chunk may be cut, and the proof holds`() throws {
        let world = try S3World(.tar("prod/20251027T143000", base: Self.size))
        #expect(try world.verify().exitStatus == .success)
        let seen = Mutex<Set<Int>>([])
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base), let end = request.range?.last,
                seen.withLock({ $0.insert(end).inserted })
            else { return reply }
            return reply.cut(after: reply.body.count / 3)
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .success)
        #expect(outcome.report?.object("base.tar.gz")?.retries ?? 0 > 1)
    }

    @Test func `a connection that is cut at every attempt is inconclusive and says how often`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            request.reads(S3World.base) ? reply.cut(after: 100) : reply
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .inconclusive)
        let finding = try #require(outcome.report?.findings.first { $0.severity == .error })
        #expect(finding.code == .unreadableObject)
        #expect(finding.message.contains("6 attempts"))
        try world.expectNothingWrongIsRemembered()
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `a transfer that stalls goes on over another connection`() throws {
        let world = try S3World(.tar("prod/20251027T143000", base: Self.size))
        let count = Count()
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base), count.next() == 1 else { return reply }
            return reply.stalled(after: 30_000, seconds: 60)
        }
        let outcome = try world.verify(stallSeconds: 1)
        #expect(outcome.exitStatus == .success)
        #expect(outcome.report?.object("base.tar.gz")?.retries == 1)
    }

    @Test func `a server that drips for ever is given up, and other objects go on`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            request.reads(S3World.base) ? reply.dripping(bytesPerSecond: 1) : reply
        }
        let outcome = try world.verify(stallSeconds: 1)
        #expect(outcome.exitStatus == .inconclusive)
        #expect(outcome.report?.object("pg_wal.tar.gz")?.verdict == .verified)
        try world.expectNothingWrongIsRemembered()
    }

    @Test(arguments: [
        ([:], 40), (["Retry-After": "7"], 40), (["Retry-After": "9223372036854775807"], 6),
        (["Retry-After": "-1"], 40),
        (["Retry-After": "Wed, 31 Dec 2200 23:59:59 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT"], 6),
    ])
    func `a storm of refusals that ends is waited out`(headers: [String: String], refusals: Int) throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { _, reply in count.next() <= refusals ? .slowDown(headers) : reply }
        #expect(try world.verify().exitStatus == .success)
        #expect(world.time.withLock { $0 } > .seconds(10))
    }

    @Test func `a storm of refusals that does not end is inconclusive at its deadline`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in request.reads(S3World.base) ? .slowDown([:]) : reply }
        #expect(try world.verify().exitStatus == .inconclusive)
        #expect(world.time.withLock { $0 } < .seconds(1000))
        try world.expectNothingWrongIsRemembered()
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }
}
