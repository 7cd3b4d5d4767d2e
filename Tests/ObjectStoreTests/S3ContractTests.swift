// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Dispatch
import Foundation
import HTTP
import TestKit
import Testing

@testable import ObjectStore

/// A bucket is a store like any other, whatever server is behind it.
@Suite(.serialized) struct `S3 as a store` {
    @Test(arguments: StoreContract.Case.allCases, [1000, 7])
    func `keeps the promises of a store on a scripted server`(
        _ promise: StoreContract.Case, pageSize: Int
    ) throws {
        try StoreContract.check(promise) { objects in
            let fixture = try S3Fixture(objects, pageSize: pageSize)
            return StoreUnderTest(
                try fixture.retrying(), cancellation: fixture.cancellation,
                put: { fixture.bucket.put($0, $1) }, remove: { fixture.bucket.delete($0) })
        }
    }

    @Test(arguments: StoreContract.Case.allCases)
    func `keeps them in a folder of a bucket with odd names`(_ promise: StoreContract.Case) throws {
        let folder: ObjectName = "a folder/+%41//ü/"
        try StoreContract.check(promise) { objects in
            let fixture = try S3Fixture(["a folder": [1], "a folder/+A//ü/other": [2]])
            for (name, bytes) in objects { fixture.bucket.put(folder + name, bytes) }
            return StoreUnderTest(
                try fixture.retrying("s3://bucket/a folder/+%41//ü"), cancellation: fixture.cancellation,
                put: { fixture.bucket.put(folder + $0, $1) }, remove: { fixture.bucket.delete(folder + $0) })
        }
    }

    @Test(Requires.rclone) func `keeps the promises of a store on rclone`() async throws {
        try await TemporaryDirectory.with { directory in
            try await RcloneServer.with(serving: directory.path) { rclone in
                let key = AccessKey(id: rclone.accessKeyID, secret: Secret(rclone.secretAccessKey))
                let server = RealBuckets(endpoint: rclone.endpoint, key: key)
                await server.checkAll { bucket, objects in
                    try directory.makeDirectory(bucket)
                    for (name, bytes) in objects { try directory.write(bytes, to: "\(bucket)/\(name.text)") }
                    return (
                        put: { try directory.write($1, to: "\(bucket)/\($0.text)") },
                        remove: {
                            try FileManager.default.removeItem(atPath: directory.path("\(bucket)/\($0.text)"))
                        }
                    )
                }
            }
        }
    }

    @Test(Requires.moto) func `keeps the promises of a store on moto`() async throws {
        try await MotoServer.with { moto in
            let key = AccessKey(id: moto.accessKeyID, secret: Secret(moto.secretAccessKey))
            let server = RealBuckets(endpoint: moto.endpoint, key: key)
            await server.checkAll { bucket, objects in
                let location = try S3Location("s3://\(bucket)")
                let writer = SignedWriter(try S3Endpoint(moto.endpoint), location, key)
                try writer.send("PUT", nil)
                for (name, bytes) in objects { try writer.send("PUT", name, bytes) }
                return (
                    put: { try writer.send("PUT", $0, $1) }, remove: { try writer.delete($0, in: bucket) }
                )
            }
        }
    }
}

/// All cases of the contract on one server, each store in a bucket of its own.
private struct RealBuckets: Sendable {
    typealias Behind = (
        put: (ObjectName, [UInt8]) throws -> Void, remove: (ObjectName) throws -> Void
    )
    let endpoint: String
    let key: AccessKey

    /// Runs in a thread of its own, since the cases block.
    func checkAll(
        unholdable: Set<ObjectName> = [],
        _ makeBucket: @escaping @Sendable (String, [ObjectName: [UInt8]]) throws -> Behind
    ) async {
        let broken = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: brokenPromises(unholdable, makeBucket))
            }
        }
        for (promise, error) in broken { Issue.record("\(promise): \(error)") }
    }

    private func brokenPromises(
        _ unholdable: Set<ObjectName>, _ makeBucket: (String, [ObjectName: [UInt8]]) throws -> Behind
    ) -> [(StoreContract.Case, String)] {
        let numbers = Counter()
        return StoreContract.Case.allCases.compactMap { promise in
            do {
                try StoreContract.check(promise, unholdable: unholdable) { objects in
                    let bucket = "bucket-\(numbers.next())"
                    let behind = try makeBucket(bucket, objects)
                    let cancellation = Cancellation()
                    let configuration = S3Configuration(
                        endpoint: try S3Endpoint(endpoint), credentials: StaticCredentials(key),
                        cancellation: cancellation, logger: silent)
                    let store = RetryingStore(
                        try S3Bucket(S3Location("s3://\(bucket)"), configuration),
                        cancellation: cancellation, logger: silent)
                    return StoreUnderTest(
                        store, cancellation: cancellation, put: behind.put, remove: behind.remove)
                }
                return nil
            } catch { return (promise, "\(error)") }
        }
    }
}

/// What a test needs to fill a bucket; the program itself only reads.
private struct SignedWriter: Sendable {
    private let address: S3Address
    private let key: AccessKey
    private let client = HTTPClient(HTTPClient.Options())

    init(_ endpoint: S3Endpoint, _ location: S3Location, _ key: AccessKey) {
        address = S3Address(endpoint: endpoint, bucket: location.bucket, addressing: .path)
        self.key = key
    }

    func send(_ method: String, _ name: ObjectName?, _ body: [UInt8] = []) throws {
        try send(method, name.map(address.path) ?? address.bucketPath, [], body)
    }

    /// DeleteObjects, a POST: the client has no DELETE.
    func delete(_ name: ObjectName, in bucket: String) throws {
        let text = "<Delete><Quiet>true</Quiet><Object><Key>\(name.text)</Key></Object></Delete>"
        try send("POST", address.bucketPath, [("delete", "")], Array(text.utf8))
    }

    private func send(
        _ method: String, _ path: String, _ query: [(name: String, value: String)], _ body: [UInt8]
    ) throws {
        let request = S3Signer.Request(
            method: method, host: address.host, path: path, query: query,
            headers: [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")])
        let headers = S3Signer(region: "us-east-1").headers(for: request, key: key, at: WallClock.system.now)
        let text = query.isEmpty ? "" : "?" + S3Signer.queryText(query)
        let head = try client.perform(
            HTTPRequest(
                try #require(HTTPMethod(rawValue: method)), url: address.origin + path + text,
                headers: headers, body: body),
            onHead: { _ throws(EarlyEnd) in }, onBody: { _ throws(EarlyEnd) in })
        try #require((200..<300).contains(head.status), "HTTP \(head.status) for \(method) \(path)")
    }
}

extension ObjectName {
    /// The name as it is, for what takes text only.
    fileprivate var text: String { utf8Text ?? description }
}
