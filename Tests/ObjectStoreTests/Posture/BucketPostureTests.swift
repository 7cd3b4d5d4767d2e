// SPDX-License-Identifier: Apache-2.0
import AuditModel
import TestKit
import Testing

@testable import ObjectStore

@Suite struct `A bucket that is looked at` {
    private static let name: ObjectName = "prod/base.tar"

    private static func fixture(_ hook: @escaping ScriptedBucket.Hook = { $1 }) throws -> S3Fixture {
        try S3Fixture([name: pattern(100)], hook: hook)
    }

    private static func error(_ status: Int, _ code: String) -> ScriptedReply {
        .status(status, "<Error><Code>\(code)</Code></Error>", [("Content-Type", "application/xml")])
    }

    private func posture(_ fixture: S3Fixture, isProbing: Bool = false) throws -> BucketPosture {
        let store = fixture.retrying(try fixture.store("s3://bucket/prod"))
        return try #require(try store.posture(sampling: [store.head("base.tar")], isProbing: isProbing))
    }

    @Test func `is sent GET and HEAD alone, and says so of what was not asked`() throws {
        let fixture = try Self.fixture()
        let posture = try posture(fixture)
        #expect(Set(fixture.bucket.requests.map(\.method)) == ["GET", "HEAD"])
        #expect(posture.mayWrite.reason?.contains("only a probe asks") == true)
        #expect(posture.versioning == .unknown("HTTP 501 NotImplemented"))
        #expect(posture.lockedObjects.map(\.lock.value) == [nil])
    }

    @Test func `shows the locks of its objects`() throws {
        let fixture = try Self.fixture { request, reply in
            guard request.method == "HEAD" else { return reply }
            var reply = reply
            reply.headers += [
                ("x-amz-object-lock-mode", "COMPLIANCE"),
                ("x-amz-object-lock-retain-until-date", "2026-12-24T18:00:00.000Z"),
            ]
            return reply
        }
        let lock = try posture(fixture).lockedObjects.first?.lock
        #expect(lock == .said(.init(mode: .compliance, until: Timestamp(iso8601: "2026-12-24T18:00:00Z"))))
    }

    @Test(arguments: [
        (404, "NoSuchUpload", Told<Bool>.said(true)), (403, "AccessDenied", .said(false)),
        (501, "NotImplemented", .unknown("HTTP 501 NotImplemented")),
        (403, "SignatureDoesNotMatch", .unknown("HTTP 403 SignatureDoesNotMatch")),
        (405, "MethodNotAllowed", .unknown("HTTP 405 MethodNotAllowed")),
        (200, "NoSuchUpload", .said(true)), (200, "InternalError", .unknown("HTTP 200")),
    ])
    func `tells by its refusal whether we could write`(
        _ status: Int, _ code: String, _ expected: Told<Bool>
    ) throws {
        let fixture = try Self.fixture { $0.method == "POST" ? Self.error(status, code) : $1 }
        #expect(try posture(fixture, isProbing: true).mayWrite == expected)
        let sent = fixture.bucket.requests.filter { $0.method != "GET" && $0.method != "HEAD" }
        let probe = try #require(sent.first)
        #expect(sent.count == 1 && probe.method == "POST", "\(sent)")
        #expect(probe.path.hasPrefix("/bucket/prod/pg_backctl-probe-") && probe.query.hasPrefix("uploadId="))
        #expect(probe.header("x-amz-content-sha256") != S3Signer.emptyPayload)
    }

    @Test(arguments: [
        (204, "", Told<Bool>.said(true)), (403, "AccessDenied", .said(false)),
        (404, "NoSuchVersion", .said(true)), (501, "NotImplemented", .unknown("HTTP 501 NotImplemented")),
        (400, "InvalidArgument", .unknown("HTTP 400 InvalidArgument")),
    ])
    func `tells by its refusal whether we could delete, once it is seen to know versions`(
        _ status: Int, _ code: String, _ expected: Told<Bool>
    ) throws {
        let fixture = try Self.fixture { request, reply in
            switch request.method {
            case "DELETE": code.isEmpty ? .status(status, "") : Self.error(status, code)
            case "GET" where request.parameter("versionId") != nil: Self.error(404, "NoSuchVersion")
            default: reply
            }
        }
        #expect(try posture(fixture, isProbing: true).mayDelete == expected)
        let deletions = fixture.bucket.requests.filter { $0.method == "DELETE" }
        #expect(deletions.count == 1)
        #expect(deletions.allSatisfy { $0.parameter("versionId")?.count == 36 }, "\(deletions)")
        #expect(deletions.allSatisfy { $0.path.hasPrefix("/bucket/prod/pg_backctl-probe-") })
    }

    @Test func `is asked for no deletion where it does not seem to know versions`() throws {
        let fixture = try Self.fixture()
        let told = try posture(fixture, isProbing: true).mayDelete
        #expect(
            told == .notAsked("the server is not seen to know versions, so a deletion might leave a marker"))
        #expect(!fixture.bucket.requests.contains { $0.method == "DELETE" || $0.method == "PUT" })
    }

    @Test func `is told as unknown where it goes on failing, and is no error`() throws {
        let fixture = try Self.fixture { request, reply in
            request.parameter("lifecycle") == nil ? reply : Self.error(500, "InternalError")
        }
        let lifecycle = try posture(fixture).lifecycle
        #expect(lifecycle.value == nil && lifecycle.reason?.contains("gave up") == true, "\(lifecycle)")
    }

    @Test func `is no posture of a directory`() throws {
        let tree = try FileTree()
        let fixture = try S3Fixture()
        let store = fixture.retrying(try LocalDirectory(tree.path, cancellation: fixture.cancellation))
        #expect(try store.posture(sampling: [], isProbing: true) == nil)
    }
}
