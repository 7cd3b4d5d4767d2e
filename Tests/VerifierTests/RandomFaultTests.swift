// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Synchronization
import TestKit
import Testing

/// Faults of network, server and credentials, in any order: they never become a verdict.
@Suite struct RandomFaultTests {
    /// How many scripts: 300, or what `PG_BACKCTL_TEST_FAULT_SCRIPTS` says.
    private static let scripts =
        ProcessInfo.processInfo.environment["PG_BACKCTL_TEST_FAULT_SCRIPTS"].flatMap { UInt64($0) } ?? 300

    /// Scripts in tens, so that a failure names a few and the report stays short.
    private static let groups = Array(stride(from: 0, to: scripts, by: 10))

    @Test(arguments: groups)
    func `a sound backup is never called damaged or tampered`(first: UInt64) throws {
        for seed in first..<min(first + 10, Self.scripts) {
            let world = try S3World(Self.set)
            let script = FaultScript(seed: seed)
            for _ in 0..<2 {
                world.bucket.onReply(script.reply)
                let outcome = try world.verify(jobs: 1 + Int(seed % 3))
                #expect(
                    [.success, .inconclusive, .policyNotMet, .nothingThere].contains(outcome.exitStatus),
                    "script \(seed): \(outcome.report?.findings ?? [])")
            }
            world.bucket.onReply { $1 }
            let last = try world.verify()
            #expect(last.exitStatus == .success, "after script \(seed): \(last.report?.findings ?? [])")
            #expect(try world.wrongPins() == [], "after script \(seed)")
            #expect(world.sentOnlyReadingRequests(), "script \(seed)")
        }
    }

    @Test(arguments: groups)
    func `a backup with one flipped bit is never called verified`(first: UInt64) throws {
        for seed in first..<min(first + 10, Self.scripts) {
            let world = try S3World(Self.set)
            let isPinned = seed % 2 == 1
            if isPinned { #expect(try world.verify().exitStatus == .success) }
            try world.rot(S3World.base, byte: Int(seed &* 7919 % 12_288), bit: UInt8(seed % 8))
            let script = FaultScript(seed: seed, sparing: Int(seed &* 7919 % 12_288))
            for _ in 0..<2 {
                world.bucket.onReply(script.reply)
                let outcome = try world.verify(jobs: 1 + Int(seed % 3))
                #expect(
                    [.damaged, .inconclusive, .policyNotMet, .nothingThere].contains(outcome.exitStatus),
                    "script \(seed): \(outcome.report?.findings ?? [])")
            }
            world.bucket.onReply { $1 }
            let last = try world.verify()
            #expect(last.exitStatus == .damaged, "after script \(seed): \(last.report?.findings ?? [])")
            #expect(last.report?.object("base.tar.gz")?.verdict == .damaged, "after script \(seed)")
            #expect(world.sentOnlyReadingRequests(), "script \(seed)")
        }
    }

    private static let set = BackupSet.tar("prod/20251027T143000", base: 12_288, wal: 3000)
}

/// Faults that follow from a seed and the number of the reply.
final class FaultScript: Sendable {
    private let random: Mutex<SeededBytes>
    /// Of each object: where a byte was flipped first, and how often one was.
    private let flips = Mutex<[String: (first: Int, count: Int)]>([:])
    /// In percent of all replies.
    private let rate: UInt64

    /// A byte that is never flipped: flipped twice, what rot has changed would be right again.
    private let spared: Int?

    init(seed: UInt64, sparing spared: Int? = nil) {
        self.spared = spared
        random = Mutex(SeededBytes(seed: seed))
        rate = [3, 10, 25, 50][Int(seed % 4)]
    }

    func reply(_ request: ScriptedRequest, _ reply: ScriptedReply) -> ScriptedReply {
        let (isFaulty, kind, number) = random.withLock { random in
            (random.next() % 100 < rate, random.next(), Int(random.next() % 100_000))
        }
        guard isFaulty else { return reply }
        if request.isListing { return inListing(kind, number, reply) }
        // That an object is not there, said by HEAD besides, is what `damaged` rests on: no fault.
        return request.method == "HEAD" ? failure(kind, reply) : inObject(kind, number, request, reply)
    }

    /// Never the same byte of one object twice: two readings that agree are what `damaged` rests on, and an object of
    /// a few bytes would come to that by chance.
    private func flipped(_ request: ScriptedRequest, _ number: Int, _ reply: ScriptedReply) -> ScriptedReply {
        let (first, count) = flips.withLock { flips in
            let (first, count) = flips[request.path] ?? (number, 0)
            flips[request.path] = (first, count + 1)
            return (first, count)
        }
        guard count < reply.body.count else { return reply }
        let byte = (first + count) % reply.body.count
        return byte + (request.range?.first ?? 0) == spared ? reply : reply.flipped(at: byte)
    }

    private func inListing(_ kind: UInt64, _ number: Int, _ reply: ScriptedReply) -> ScriptedReply {
        let names: [ObjectName] = ["base.tar.gz", "pg_wal.tar.gz", "backup_manifest", "backup.sha256.info"]
        switch kind % 6 {
        case 0: return reply.withoutEntry(of: ObjectName(S3World.folder) + names[number % names.count])
        case 1: return reply.withEntry(of: S3World.folder + "phantom-\(number)")
        case 2: return reply.cut(after: number % max(1, reply.body.count))
        case 3: return reply.with(body: Array(reply.body.prefix(number % max(1, reply.body.count))))
        default: return failure(kind / 6, reply)
        }
    }

    private func inObject(
        _ kind: UInt64, _ number: Int, _ request: ScriptedRequest, _ reply: ScriptedReply
    ) -> ScriptedReply {
        let count = max(1, reply.body.count)
        switch kind % 12 {
        case 0: return reply.cut(after: number % count)
        case 1: return reply.reset(after: number % count)
        case 2: return flipped(request, number, reply)
        case 3: return reply.with("ETag", "\"\(number)\"")
        case 4: return reply.with("Content-Range", "bytes \(number)-\(number + count - 1)/*")
        case 5: return reply.with(body: Array(reply.body.prefix(number % count)))
        case 6: return reply.with("Content-Length", "\(number)").cut(after: number)
        case 7: return .failure(404, "NoSuchKey")
        case 8: return reply.with("Content-Range", nil)
        default: return failure(kind / 12, reply)
        }
    }

    private func failure(_ kind: UInt64, _ reply: ScriptedReply) -> ScriptedReply {
        let failures = [
            (500, "InternalError"), (503, "SlowDown"), (503, ""), (403, "AccessDenied"),
            (403, "ExpiredToken"),
            (403, "InvalidObjectState"), (429, ""), (400, "RequestTimeout"), (412, "PreconditionFailed"),
            (301, "PermanentRedirect"), (504, ""),
        ]
        switch kind % 16 {
        case 0: return .raw(.cut)
        case 1: return .raw(.reset)
        case 2: return .verbatim("HTTP/1.1 200\n\n")
        case 3: return reply.with("X-Long", String(repeating: "x", count: 80_000))
        default:
            let (status, code) = failures[Int(kind / 16 % UInt64(failures.count))]
            return .failure(status, code)
        }
    }
}
