// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import Logging
import Synchronization
import TestKit

@testable import ObjectStore

/// A scripted bucket and stores on it, with a clock that only moves when somebody sleeps.
struct S3Fixture {
    let bucket: ScriptedBucket
    let time = VirtualTime()
    let cancellation = Cancellation()

    init(
        _ objects: [ObjectName: [UInt8]] = [:], pageSize: Int = 1000,
        hook: @escaping ScriptedBucket.Hook = { $1 }
    ) throws {
        bucket = try ScriptedBucket.start(objects, pageSize: pageSize, hook: hook)
    }

    func store(
        _ location: String = "s3://bucket", credentials: any CredentialSource = S3Fixture.keys,
        clock: WallClock = .system, _ change: (inout S3Configuration) -> Void = { _ in }
    ) throws -> S3Bucket {
        var configuration = S3Configuration(
            endpoint: try S3Endpoint(bucket.endpoint), credentials: credentials, stallSeconds: 2,
            clock: clock,
            cancellation: cancellation, logger: silent)
        change(&configuration)
        return try S3Bucket(S3Location(location), configuration)
    }

    func retrying(_ store: any ObjectStore, _ change: (inout RetryPolicy) -> Void = { _ in }) -> RetryingStore
    {
        var policy = time.policy
        change(&policy)
        return RetryingStore(store, policy: policy, cancellation: cancellation, logger: silent)
    }

    func retrying(_ location: String = "s3://bucket") throws -> RetryingStore {
        retrying(try store(location))
    }

    static let keys = StaticCredentials(AccessKey(id: "TESTKEY", secret: Secret("TESTSECRET")))
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Time that passes by sleeping alone.
final class VirtualTime: Sendable {
    private let state = Mutex(Duration.zero)

    var now: Duration { state.withLock { $0 } }

    var policy: RetryPolicy {
        var policy = RetryPolicy()
        policy.now = { [self] in now }
        policy.sleep = { [self] duration in state.withLock { $0 += duration } }
        policy.random = { 0.5 }
        return policy
    }
}

/// Counts what happens on another thread.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    /// The next number, from 1.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

extension ObjectStore {
    /// All that a reading hands over, and what it says of itself.
    func bytes(_ request: ReadRequest) throws(ObjectStoreError) -> (
        bytes: [UInt8], statistics: ReadStatistics
    ) {
        var bytes: [UInt8] = []
        let statistics = try read(request) { piece throws(ObjectStoreError) in
            piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return (bytes, statistics)
    }

    func bytes(of name: ObjectName) throws(ObjectStoreError) -> (bytes: [UInt8], statistics: ReadStatistics) {
        try bytes(ReadRequest(whole: try head(name)))
    }

    func names(_ prefix: ObjectName = "") throws(ObjectStoreError) -> [ObjectName] {
        var names: [ObjectName] = []
        try list(prefix) { object throws(ObjectStoreError) in names.append(object.name) }
        return names
    }
}

/// Bytes that differ wherever one looks.
func pattern(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

/// The whole object, as a listing would ask for it.
func whole(_ name: ObjectName, _ bytes: [UInt8]) -> ReadRequest {
    let validators = Validators(size: UInt64(bytes.count), etag: ScriptedBucket.Object.etag(of: bytes))
    return ReadRequest(name, range: 0..<validators.size, expected: validators)
}

func part(_ name: ObjectName, _ bytes: [UInt8], _ range: Range<UInt64>) -> ReadRequest {
    var request = whole(name, bytes)
    request.range = range
    return request
}

/// Compares with `memcmp`: element by element takes long in a debug build.
func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
            guard let start = left.baseAddress, let other = right.baseAddress else { return true }
            return memcmp(start, other, left.count) == 0
        }
    }
}
