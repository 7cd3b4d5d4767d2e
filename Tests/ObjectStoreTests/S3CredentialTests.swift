// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Synchronization
import TestKit
import Testing

@testable import ObjectStore

@Suite struct S3CredentialTests {
    private let data = pattern(100)

    /// Gives a new key each time it is asked, good for an hour.
    private final class Renewing: CredentialSource {
        private let count = Mutex(0)
        var asked: Int { count.withLock { $0 } }

        func accessKey(at time: Timestamp) -> AccessKey? {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return AccessKey(
                id: "KEY\(number)", secret: Secret("s"), sessionToken: Secret("TOKEN\(number)"),
                expires: time.advanced(bySeconds: 3600))
        }
    }

    private static let expired = ScriptedReply.status(400, "<Error><Code>ExpiredToken</Code></Error>")

    @Test func `an expired token is renewed once and the request repeated`() throws {
        let fixture = try S3Fixture(["k": data]) { request, reply in
            request.header("x-amz-security-token") == "TOKEN1" ? Self.expired : reply
        }
        let source = Renewing()
        let store = fixture.retrying(try fixture.store(credentials: CachedCredentials(source)))
        #expect(try store.bytes(whole("k", data)).bytes == data)
        #expect(try store.bytes(whole("k", data)).bytes == data)
        #expect(source.asked == 2)
    }

    @Test func `a token that is expired again is refused for good`() throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in Self.expired }
        let store = fixture.retrying(try fixture.store(credentials: CachedCredentials(Renewing())))
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        guard case .denied = try #require(error) else { throw try #require(error) }
        #expect(fixture.bucket.requests.count == 2)
    }

    @Test func `an expired key that cannot be renewed is refused at once`() throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in Self.expired }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        guard case .denied = try #require(error) else { throw try #require(error) }
        #expect(fixture.bucket.requests.count == 1)
    }

    @Test func `a key is renewed five minutes before its end`() throws {
        let source = Renewing()
        let cached = CachedCredentials(source)
        let start = Timestamp(seconds: 1_000_000)
        for (later, id) in [(0, "KEY1"), (3299, "KEY1"), (3301, "KEY2")] as [(Int64, String)] {
            #expect(try cached.accessKey(at: start.advanced(bySeconds: later))?.id == id)
        }
    }

    @Test func `a skewed clock is corrected from the server's date`() throws {
        let now = WallClock.system.now
        let fixture = try S3Fixture(["k": data]) { request, reply in
            guard let text = request.header("x-amz-date"), let signed = Timestamp(iso8601: text) else {
                return .status(400)
            }
            let isNear = abs(signed.seconds(since: WallClock.system.now)) < 900
            return isNear
                ? reply
                : ScriptedReply.status(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>").dated()
        }
        let clock = WallClock.fixed(now.advanced(bySeconds: 1200))
        let store = fixture.retrying(try fixture.store(clock: clock))
        let (found, statistics) = try store.bytes(whole("k", data))
        #expect(found == data)
        #expect(statistics.retries == 1)
        #expect(try store.bytes(whole("k", data)).statistics.retries == 0)
    }

    @Test func `a clock that is skewed again is refused`() throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in
            ScriptedReply.status(403, "<Error><Code>RequestTimeTooSkewed</Code></Error>").dated()
        }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        guard case .denied = try #require(error) else { throw try #require(error) }
        #expect(fixture.bucket.requests.count == 2)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is not followed, and nothing is sent to where it points`(_ status: Int) throws {
        let foreign = try ScriptedServer.start { _ in .status(200) }
        let target = foreign.baseURL
        let fixture = try S3Fixture(["k": data]) { _, _ in
            .status(
                status, "<Error><Code>TemporaryRedirect</Code><Endpoint>127.0.0.1</Endpoint></Error>",
                [("Location", "\(target)/k"), ("x-amz-bucket-region", "eu-west-1")])
        }
        let store = fixture.retrying(try fixture.store(credentials: Renewing()))
        #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        #expect(throws: ObjectStoreError.self) { try store.names() }
        #expect(throws: ObjectStoreError.self) { try store.head("k") }
        #expect(foreign.connections == 0)
    }

    @Test(arguments: ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "file:///etc/passwd"])
    func `whatever a redirect names, one answer ends the request`(_ target: String) throws {
        let fixture = try S3Fixture(["k": data]) { _, _ in .status(307, "", [("Location", target)]) }
        let store = try fixture.retrying()
        let error = #expect(throws: ObjectStoreError.self) { try store.bytes(whole("k", data)) }
        guard case .unusable = try #require(error) else { throw try #require(error) }
        #expect(fixture.bucket.requests.count == 1)
    }
}

extension ScriptedReply {
    /// With the time of this machine, which stands for the server's.
    fileprivate func dated() -> ScriptedReply {
        let now = WallClock.system.now
        let document = "<Error><Code>RequestTimeTooSkewed</Code><ServerTime>\(now)</ServerTime></Error>"
        return with(body: Array(document.utf8))
    }
}
