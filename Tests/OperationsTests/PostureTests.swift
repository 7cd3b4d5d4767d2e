// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Operations
import TestKit
import Testing

@Suite(.serialized) struct `The posture of a store` {
    private let world: OperationsWorld
    private static let label = "20251027T143000"

    init() throws { world = try OperationsWorld() }

    private func look(
        _ address: StoreAddress, keepDays: Int? = 30, isProbing: Bool = false
    ) async throws -> (report: PostureReport, bucket: BucketPosture?) {
        let report = try await onPlainThread {
            try LookAtPosture(
                address, PostureOrder(keepDays: keepDays, isProbing: isProbing), world.context()
            ).run()
        }
        guard case .bucket(let posture) = report.place else { return (report, nil) }
        return (report, posture)
    }

    private func address(_ moto: MotoServer, _ bucket: String) throws -> StoreAddress {
        try world.address(
            "s3://\(bucket)/prod", moto.endpoint, moto.accessKeyID, moto.secretAccessKey)
    }

    private func upload(to moto: MotoServer, _ bucket: String) async throws {
        let tree = try FileTree()
        try BackupSet.tar(Self.label).write(to: tree)
        try await moto.putDirectory(tree.path, bucket: bucket, prefix: "prod/")
    }

    private func everything(_ moto: MotoServer, _ bucket: String) async throws -> String {
        try await moto.python(
            """
            found = s3.list_object_versions(Bucket=arguments[0])
            for kind in ("Versions", "DeleteMarkers"):
                for each in found.get(kind, []):
                    print(kind, each["Key"], each["VersionId"])
            print(s3.list_multipart_uploads(Bucket=arguments[0]).get("Uploads"))
            """, [bucket])
    }

    @Test(Requires.moto, .timeLimit(.minutes(3)))
    func `shows locks that are too short, rules that delete, and what is open, of moto`() async throws {
        try await MotoServer.with { moto in
            try await moto.python(
                """
                from datetime import datetime, timedelta
                s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
                s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration={
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 10}}})
                s3.put_bucket_lifecycle_configuration(Bucket="locked", LifecycleConfiguration={"Rules": [
                    {"ID": "sweep", "Status": "Enabled", "Filter": {"Prefix": "prod/"},
                     "Expiration": {"Days": 14},
                     "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}]},
                    {"ID": "off", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]})
                s3.put_bucket_acl(Bucket="locked", ACL="public-read")
                s3.put_bucket_encryption(Bucket="locked", ServerSideEncryptionConfiguration={"Rules": [
                    {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
                """)
            try await upload(to: moto, "locked")
            let (report, found) = try await look(address(moto, "locked"))
            let posture = try #require(found)
            #expect(posture.versioning == .said(.enabled) && posture.encryption == .said("AES256"))
            #expect(posture.lock == .said(LockRule(isEnabled: true, mode: .governance, days: 10)))
            #expect(posture.publicGrants == .said(["READ"]))
            #expect(posture.lockedObjects.count == 5)
            #expect(posture.lockedObjects.allSatisfy { $0.lock.value?.mode == .governance }, "\(posture)")
            #expect(posture.lifecycle.value?.map(\.name) == ["sweep"])
            #expect(report.exitStatus == .policyNotMet && report.newestBackup == Self.label)
            let codes = Set(report.advice.map(\.code))
            #expect(
                codes.isSuperset(of: [
                    .lockTooShort, .lockCanBeLifted, .expiresTooSoon, .archivedTooSoon, .isPublic,
                ]), "\(report.advice)")
            let short = try await look(address(moto, "locked"), keepDays: 2)
            #expect(Set(short.report.advice.map(\.code)).isDisjoint(with: [.lockTooShort, .expiresTooSoon]))
        }
    }

    @Test(Requires.moto, .timeLimit(.minutes(3)))
    func `asks moto what a key may do, and leaves no trace`() async throws {
        try await MotoServer.with { moto in
            try await moto.makeBucket("kept", versioned: true)
            try await upload(to: moto, "kept")
            let before = try await everything(moto, "kept")
            let ours = try #require(try await look(address(moto, "kept"), isProbing: true).bucket)
            #expect(ours.mayDelete == .said(true), "\(ours)")
            // moto fails on an upload that nobody began.
            #expect(ours.mayWrite.value != false, "\(ours)")
            let words = try await moto.python(
                """
                import json
                iam = client("iam")
                iam.create_user(UserName="reader")
                iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps({
                    "Version": "2012-10-17", "Statement": [
                        {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}]}))
                key = iam.create_access_key(UserName="reader")["AccessKey"]
                print(key["AccessKeyId"], key["SecretAccessKey"])
                """
            ).split(whereSeparator: \.isWhitespace).map(String.init)
            let reader = try world.address("s3://kept/prod", moto.endpoint, words[0], words[1])
            let theirs = try #require(try await look(reader, isProbing: true).bucket)
            #expect(theirs.mayDelete == .said(false) && theirs.mayWrite == .said(false), "\(theirs)")
            #expect(try await everything(moto, "kept") == before)
        }
    }

    @Test(Requires.rclone, .timeLimit(.minutes(2)))
    func `says of rclone what it does not answer, and leaves no trace`() async throws {
        let tree = try FileTree()
        var set = BackupSet.tar(Self.label)
        set.folder = "bucket/prod/" + set.folder
        try set.write(to: tree)
        try await RcloneServer.with(serving: tree.path) { rclone in
            let before = try Self.names(below: tree.path)
            let address = try world.address(
                "s3://bucket/prod", rclone.endpoint, rclone.accessKeyID, rclone.secretAccessKey)
            let (_, found) = try await look(address, isProbing: true)
            let posture = try #require(found)
            #expect(posture.lifecycle.reason?.contains("ListBucketResult") == true, "\(posture)")
            #expect(posture.encryption.value == nil && posture.hasPublicPolicy.value == nil)
            #expect(posture.mayWrite == .said(true), "\(posture)")
            #expect(posture.mayDelete.value == nil, "\(posture)")
            #expect(try Self.names(below: tree.path) == before)
        }
    }

    private static func names(below path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }

    @Test func `of a directory is who may write in it`() async throws {
        let tree = try FileTree()
        try BackupSet.tar(Self.label).write(to: tree)
        chmod(tree.path, 0o777)
        let report = try await look(world.address(tree.path)).report
        guard case .directory(let posture) = report.place else {
            Issue.record("\(report)")
            return
        }
        #expect(posture.store.owner == geteuid() && posture.store.isWritableByAll)
        #expect(posture.newestBackup?.path.hasSuffix(Self.label) == true)
        #expect(report.advice.map(\.code) == [.writableByAll, .mayWrite])
        #expect(report.exitStatus == .policyNotMet)
    }

    @Test func `is asked with GET and HEAD alone, as all that verifies is`() async throws {
        let bucket = try KeyedBucket("bucket", key: "KEY")
        bucket.upload(.tar(Self.label))
        let address = try world.address(bucket)
        _ = try await look(address)
        _ = try await onPlainThread {
            let operation = try VerifyBackups(
                address, VerifyOrder(level: .inspected, jobs: 2), world.memory("a"), world.context())
            return try operation.verify(operation.select("all"), observer: Watcher())
        }
        #expect(Set(bucket.bucket.requests.map(\.method)) == ["GET", "HEAD"])
    }
}
