// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Settings
import TestKit
import Testing

@testable import Operations

@Suite struct `A bucket in which machines meet` {
    private let world: OperationsWorld
    private let bucket: KeyedBucket

    init() throws { (world, bucket) = (try OperationsWorld(), try KeyedBucket("ops", key: "OPS")) }

    private func place(_ prefix: String = "shards", key: String = "OPS") throws -> any MeetingPlace {
        var address = try world.address(bucket, key: key)
        address.location = "s3://ops/\(prefix)"
        return ResultBucket(
            try StoreOpening(address: address, context: world.context()).openToWrite())
    }

    private func bundles(_ place: any MeetingPlace) throws -> [String: Result<[UInt8], ShardError>] {
        var found: [String: Result<[UInt8], ShardError>] = [:]
        try place.eachBundle { found[$0] = $1 }
        return found
    }

    @Test func `keeps documents, and has each taken whole`() throws {
        let said = try place().put([1, 2, 3], named: "plan")
        #expect(said == "\(bucket.url)/shards/plan")
        #expect(bucket.bucket["shards/plan"]?.bytes == [1, 2, 3])
        #expect(try place().document(named: "plan") == [1, 2, 3])
        _ = try place().put([4], named: "plan")
        #expect(try place().document(named: "plan") == [4])
        let puts = bucket.bucket.requests.filter { $0.method == "PUT" }
        // RFC 1864, as openssl computes it.
        #expect(puts.first?.header("content-md5") == "Uonfc331cyb83SJZevsfrA==")
    }

    @Test func `hands over its bundles, and neither what lies deeper nor what has another ending`() throws {
        for name in ["shards/a.bundle", "shards/b.bundle", "shards/deeper/c.bundle", "shards/plan"] {
            bucket.bucket.put(ObjectName(name), Array(name.utf8))
        }
        let found = try bundles(place())
        #expect(found.keys.sorted() == ["a", "b"].map { "\(bucket.url)/shards/\($0).bundle" })
        #expect(try found["\(bucket.url)/shards/a.bundle"]?.get() == Array("shards/a.bundle".utf8))
    }

    @Test func `says what is not there, what is refused, and who may not write`() throws {
        let missing = #expect(throws: ShardError.self) { try place().document(named: "plan") }
        #expect(missing?.exitStatus == .usage && missing?.message.contains("there is no plan") == true)
        let unknown = #expect(throws: ShardError.self) { try place(key: "OTHER").put([1], named: "plan") }
        #expect(unknown?.exitStatus == .credentialMissing || unknown?.exitStatus == .inconclusive)
        bucket.bucket.onReply { request, reply in
            request.method == "PUT"
                ? .status(403, "<Error><Code>AccessDenied</Code></Error>", []) : reply
        }
        let denied = #expect(throws: ShardError.self) { try place().put([1], named: "plan") }
        #expect(denied?.hints.joined().contains("s3:PutObject") == true, "\(String(describing: denied))")
        #expect(denied?.message.contains("writing object 'plan'") == true)
        #expect(bucket.bucket["shards/plan"] == nil)
    }

    @Test func `takes a bundle that is told to be endless for none, and reads nothing of it`() throws {
        bucket.bucket.put("shards/a.bundle", [1])
        bucket.bucket.onReply { request, reply in
            guard request.method == "HEAD" else { return reply }
            var reply = reply
            reply.headers.removeAll { $0.name.lowercased() == "content-length" }
            reply.headers.append(("Content-Length", "9000000000000"))
            return reply
        }
        let found = try bundles(place())
        let error = #expect(throws: ShardError.self) { try found.values.first?.get() }
        #expect(error?.exitStatus == .tampered)
        #expect(!bucket.bucket.requests.contains { $0.method == "GET" && $0.path.hasSuffix("a.bundle") })
    }

    @Test(arguments: ["", "s3://ops/", "s3://ops", "plans/", "s3:///plan"])
    func `or a directory: what names no file there is refused`(path: String) throws {
        let error = #expect(throws: (any Error).self) { try MeetingPlaces(nil, world.context()).point(path) }
        #expect((error as? any UserError)?.exitStatus == .usage)
    }
}
