// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import TestKit
import Testing

@Suite struct `Local directory as a store` {
    @Test(arguments: StoreContract.Case.allCases, [4096, 1 << 20])
    func `keeps the promises of a store`(_ promise: StoreContract.Case, bufferSize: Int) throws {
        try StoreContract.check(promise) { objects in
            try Self.store(objects, bufferSize: bufferSize)
        }
    }

    @Test(arguments: StoreContract.Case.allCases)
    func `keeps them behind a rate limit`(_ promise: StoreContract.Case) throws {
        try StoreContract.check(promise) { objects in
            var test = try Self.store(objects, bufferSize: 65_536)
            let limit = RateLimit(bytesPerSecond: 1 << 40)
            test.store = ThrottledStore(test.store, limit: limit, cancellation: test.cancellation)
            return test
        }
    }

    private static func store(_ objects: [ObjectName: [UInt8]], bufferSize: Int) throws -> StoreUnderTest {
        let tree = try FileTree()
        for (name, bytes) in objects { try tree.write(name, bytes) }
        let cancellation = Cancellation()
        let store = try LocalDirectory(tree.path, cancellation: cancellation, bufferSize: bufferSize)
        return StoreUnderTest(
            store, cancellation: cancellation, put: { try tree.write($0, $1) },
            remove: { try tree.remove($0) })
    }
}
