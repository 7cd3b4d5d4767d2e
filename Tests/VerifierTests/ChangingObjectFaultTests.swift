// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

/// Objects that change, vanish, or cannot be had while they are verified or between two runs.
@Suite struct ChangingObjectFaultTests {
    private static let archive: ObjectName = "base.tar.gz"

    /// A backup with another base archive of the same size, and sums that fit it.
    private static func otherSet() -> BackupSet {
        var set = BackupSet.tar("prod/20251027T143000")
        var random = SeededBytes(seed: 99)
        set.objects[archive] = random.bytes(set.objects[archive]?.count ?? 0)
        return set
    }

    // MARK: While it is read

    @Test(arguments: [false, true])
    func `another version once is read from its start`(isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        let count = Count()
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base) else { return reply }
            return count.next() == 2
                ? reply.with("ETag", "\"other\"") : reply.cut(after: reply.body.count / 2)
        }
        let first = try world.verify()
        #expect([.success, .inconclusive].contains(first.exitStatus))
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
        #expect(try world.wrongPins() == [])
    }

    @Test func `an object replaced while it is read is judged by its new bytes and sums`() throws {
        let world = try S3World()
        let count = Count()
        let other = Self.otherSet()
        world.bucket.onReply { [weak world] request, reply in
            guard request.reads(S3World.base), count.next() == 1 else { return reply }
            world?.bucket.put(S3World.base, other.objects[Self.archive] ?? [])
            return reply.cut(after: 1000)
        }
        // The sum file of the old bytes is still there, so by two readings the new ones are damage.
        #expect(try world.verify().exitStatus == .damaged)
        world.upload(other)
        // The bytes as first read, and a sum file that agrees with them by now.
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `another version at every reading is inconclusive`() throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { request, reply in
            guard request.isAbout(S3World.base) else { return reply }
            return reply.with("ETag", "\"\(count.next())\"")
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .inconclusive)
        #expect(outcome.codes == [.objectChanging])
        try world.expectNothingWrongIsRemembered()
    }

    // MARK: Wrong bytes on the way

    @Test(arguments: [false, true])
    func `wrong once and then right is verified with a warning`(isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        let count = Count()
        world.bucket.onReply { request, reply in
            guard request.reads(S3World.base), count.next() == 1 else { return reply }
            return reply.flipped(at: 777)
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .success)
        #expect(outcome.codes == [.unstableRead])
        #expect(try world.wrongPins() == [])
    }

    @Test func `wrong in two ways is inconclusive`() throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { request, reply in
            request.reads(S3World.base) ? reply.flipped(at: count.next()) : reply
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .inconclusive)
        #expect(outcome.codes == [.unstableRead])
        try world.expectNothingWrongIsRemembered()
    }

    @Test(arguments: ["backup.sha256", "backup.sha256.info", "backup_manifest"], [0, 3, 70])
    func `wrong bytes of a control object on the way are neither damage nor pinned`(
        name: String, byte: Int
    ) throws {
        let world = try S3World()
        let object = ObjectName(S3World.folder + name)
        let count = Count()
        world.bucket.onReply { request, reply in
            request.reads(object) && count.next() == 1 ? reply.flipped(at: byte) : reply
        }
        #expect([.success, .inconclusive].contains(try world.verify().exitStatus))
        #expect(try world.wrongPins() == [])
        #expect(try world.verify().exitStatus == .success)
    }

    @Test(arguments: ["backup.sha256", "backup.sha256.info"])
    func `control objects that are read otherwise each time are no verdict`(name: String) throws {
        let world = try S3World()
        let object = ObjectName(S3World.folder + name)
        for isPinned in [false, true] {
            let count = Count()
            world.bucket.onReply { request, reply in
                request.reads(object) ? reply.flipped(at: 5 + count.next()) : reply
            }
            let outcome = try world.verify()
            #expect(outcome.exitStatus == .inconclusive)
            try world.expectNothingWrongIsRemembered(isVerified: isPinned)
            world.bucket.onReply { $1 }
            #expect(try world.verify().exitStatus == .success)
        }
    }

    // MARK: Between two runs

    @Test func `the same size with sums rewritten is tampered`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        world.upload(Self.otherSet())
        for _ in 0..<2 {
            let outcome = try world.verify()
            #expect(outcome.exitStatus == .tampered)
            #expect(outcome.codes.contains(.pinChanged))
        }
    }

    @Test func `the same size without the sums is damage, overwritten`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        world.bucket.put(S3World.base, Self.otherSet().objects[Self.archive] ?? [])
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .damaged)
        #expect(outcome.report?.findings.first?.cause == .overwritten)
    }

    @Test func `other bytes under the same validators are bit rot`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        try world.rot(S3World.base, byte: 9000)
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .damaged)
        let finding = try #require(outcome.report?.findings.first)
        #expect(finding.cause == .bitRot)
        #expect(finding.offset == 8192 && finding.length == 4096)
    }

    @Test(arguments: [false, true])
    func `no bytes where bytes are expected are damage`(isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        world.bucket.put(S3World.base, [])
        #expect(try world.verify().exitStatus == .damaged)
    }

    @Test(arguments: [false, true])
    func `an object that is gone is damage`(isPinned: Bool) throws {
        let world = try S3World()
        if isPinned { #expect(try world.verify().exitStatus == .success) }
        world.bucket.delete(S3World.base)
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .damaged)
        #expect(outcome.codes == [.missingObject])
    }

    // MARK: What cannot be had

    @Test func `an object that is listed and not found for a while is no damage`() throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { request, reply in
            request.isAbout(S3World.base) && count.next() <= 2 ? .failure(404, "NoSuchKey") : reply
        }
        #expect(try world.verify().exitStatus == .inconclusive)
        try world.expectNothingWrongIsRemembered()
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `an object that the listing leaves out and HEAD finds is no damage`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            request.isListing ? reply.withoutEntry(of: S3World.base) : reply
        }
        #expect(try world.verify().exitStatus == .inconclusive)
        try world.expectNothingWrongIsRemembered()
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `an object that is listed once and never was is no damage`() throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { request, reply in
            request.isListing && count.next() == 1 ? reply.withEntry(of: S3World.folder + "phantom") : reply
        }
        #expect([.success, .inconclusive].contains(try world.verify().exitStatus))
        try world.expectNothingWrongIsRemembered(isVerified: true)
        #expect(try world.verify().exitStatus == .success)
    }

    @Test func `an object too many is damage only when a second listing has it too`() throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { request, reply in
            guard request.isListing else { return reply }
            return count.next() == 1
                ? reply.withEntry(of: S3World.folder + "phantom") : .failure(403, "AccessDenied")
        }
        #expect(try world.verify().exitStatus == .inconclusive)
        try world.expectNothingWrongIsRemembered()
        world.bucket.onReply { $1 }
        world.bucket.put(ObjectName(S3World.folder + "phantom"), [1])
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .damaged)
        #expect(outcome.codes == [.unlistedObject])
    }

    @Test func `an archived object is inconclusive and says so`() throws {
        let world = try S3World()
        world.bucket.onReply { request, reply in
            request.reads(S3World.base) ? .failure(403, "InvalidObjectState") : reply
        }
        let outcome = try world.verify()
        #expect(outcome.exitStatus == .inconclusive)
        #expect(outcome.codes == [.archivedObject])
        try world.expectNothingWrongIsRemembered()
    }

    @Test(arguments: 1...8)
    func `access that is denied in the middle of a run is inconclusive`(request first: Int) throws {
        let world = try S3World()
        let count = Count()
        world.bucket.onReply { _, reply in
            count.next() > first ? .failure(403, "AccessDenied") : reply
        }
        let outcome = try world.verify(jobs: 1)
        #expect(outcome.exitStatus == .inconclusive || world.bucket.requests.count <= first)
        try world.expectNothingWrongIsRemembered(isVerified: outcome.exitStatus == .success)
        world.bucket.onReply { $1 }
        #expect(try world.verify().exitStatus == .success)
    }

    // MARK: Level listed

    @Test func `at level listed a size is believed only when it was seen twice`() throws {
        let world = try S3World()
        #expect(try world.verify().exitStatus == .success)
        let count = Count()
        world.bucket.onReply { request, reply in
            request.method == "HEAD" && request.isAbout(S3World.base) && count.next() == 1
                ? reply.with("Content-Length", "17") : reply
        }
        #expect([.success, .inconclusive].contains(try world.verify(level: .listed).exitStatus))
        world.bucket.put(S3World.base, [1, 2, 3])
        #expect(try world.verify(level: .listed).exitStatus == .damaged)
    }
}

extension ScriptedReply {
    /// One bit of the body flipped on its way.
    func flipped(at byte: Int) -> ScriptedReply {
        guard !body.isEmpty else { return self }
        var reply = self
        reply.body[reply.body.startIndex + byte % reply.body.count] ^= 1
        return reply
    }

    /// A listing without the entry of one object.
    func withoutEntry(of name: ObjectName) -> ScriptedReply {
        let text = String(decoding: body, as: UTF8.self)
        guard let key = text.firstRange(of: "<Contents><Key>\(name)</Key>"),
            let end = text[key.upperBound...].firstRange(of: "</Contents>")
        else { return self }
        return with(body: Array((text[..<key.lowerBound] + text[end.upperBound...]).utf8))
    }

    /// A listing with one entry more.
    func withEntry(of name: String, size: String = "5") -> ScriptedReply {
        let entry = "<Contents><Key>\(name)</Key><Size>\(size)</Size><ETag>e</ETag></Contents>"
        let text = String(decoding: body, as: UTF8.self)
        return with(
            body: Array(text.replacing("</ListBucketResult>", with: entry + "</ListBucketResult>").utf8))
    }
}
