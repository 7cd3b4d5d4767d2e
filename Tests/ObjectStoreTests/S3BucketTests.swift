// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import TestKit
import Testing

@testable import ObjectStore

@Suite struct S3BucketTests {
    private let data = pattern(1000)

    @Test func `a store is the folder of its location and no other`() throws {
        let fixture = try S3Fixture([
            "backups/a": [1], "backups/b/c": [2], "backups2/d": [3], "backups": [4], "backups/": [], "e": [5],
        ])
        for location in ["s3://bucket/backups", "s3://bucket/backups/"] {
            let store = try fixture.store(location)
            #expect(try store.names() == ["a", "b/c"])
            #expect(try store.names("b/") == ["b/c"])
            #expect(try store.bytes(of: "a").bytes == [1])
        }
    }

    @Test func `a store's URL names endpoint, bucket and folder, and no secret`() throws {
        let fixture = try S3Fixture()
        #expect(try fixture.store("s3://bucket/a/").url == "s3+\(fixture.bucket.endpoint)/bucket/a")
        #expect(try fixture.store("s3://bucket/a") { $0.endpoint = nil }.url == "s3://bucket/a")
    }

    @Test func `odd keys are listed, asked for and read byte for byte`() throws {
        let objects = Dictionary(uniqueKeysWithValues: oddKeys.map { ($0, $0.bytes) })
        let fixture = try S3Fixture(objects, pageSize: 7)
        let store = try fixture.store()
        #expect(try store.names() == oddKeys.sorted())
        for key in oddKeys {
            #expect(try store.bytes(of: key).bytes == key.bytes, "\(key)")
        }
    }

    @Test func `a listing of many pages hands over every object once`() throws {
        let names = (100..<350).map { ObjectName("o\($0)") }
        let fixture = try S3Fixture(Dictionary(uniqueKeysWithValues: names.map { ($0, [1]) }), pageSize: 9)
        #expect(try fixture.store().names() == names)
        #expect(fixture.bucket.requests.count == 28)
    }

    @Test func `HEAD tells the validators, on a connection of its own`() throws {
        let fixture = try S3Fixture(["k": data])
        fixture.bucket["k"]?.version = "v1"
        fixture.bucket["k"]?.storageClass = "GLACIER"
        let store = try fixture.store()
        _ = try store.names()
        let object = try store.head("k")
        let honest = try #require(fixture.bucket["k"])
        #expect(
            object.validators
                == Validators(size: 1000, etag: honest.etag, version: "v1", modified: honest.modified))
        #expect(object.storageClass == "GLACIER")
        #expect(fixture.bucket.requests.map(\.connection) == [1, 2])
    }

    @Test func `the null version is no version`() throws {
        let fixture = try S3Fixture(["k": data])
        fixture.bucket["k"]?.version = "null"
        #expect(try fixture.store().head("k").validators.version == nil)
    }

    @Test func `a missing object is missing`() throws {
        let fixture = try S3Fixture()
        let store = try fixture.store()
        #expect(throws: ObjectStoreError.missing("k")) { try store.head("k") }
        #expect(throws: ObjectStoreError.missing("k")) { try store.bytes(whole("k", [1])) }
    }

    @Test func `a missing bucket is no empty listing`() throws {
        let fixture = try S3Fixture()
        let store = try fixture.store("s3://other/x")
        #expect(throws: ObjectStoreError.noSuchStore(store.url)) { try store.names() }
    }

    @Test(arguments: [0..<1000, 0..<1, 999..<1000, 10..<990] as [Range<UInt64>])
    func `exactly the bytes of the range are handed over`(_ range: Range<UInt64>) throws {
        let fixture = try S3Fixture(["k": data])
        let found = try fixture.store().bytes(part("k", data, range)).bytes
        #expect(found == Array(data[Int(range.lowerBound)..<Int(range.upperBound)]))
    }

    @Test func `a whole object is asked for without a range, a part with one, both with If-Match`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.store()
        _ = try store.bytes(whole("k", data))
        _ = try store.bytes(part("k", data, 5..<10))
        let requests = fixture.bucket.requests
        #expect(requests.map { $0.header("range") } == [nil, "bytes=5-9"])
        #expect(
            requests.allSatisfy { $0.header("if-match") == "\"\(ScriptedBucket.Object.etag(of: data))\"" })
        #expect(requests.allSatisfy { $0.header("accept-encoding") == "identity" })
        #expect(
            requests[1].header("authorization")?.contains(
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,") == true)
    }

    @Test func `an empty object is asked for without a range, an empty part not at all`() throws {
        let fixture = try S3Fixture(["empty": [], "k": data])
        let store = try fixture.store()
        #expect(try store.bytes(whole("empty", [])).bytes.isEmpty)
        #expect(fixture.bucket.requests.map { $0.header("range") } == [nil])
        #expect(try store.bytes(part("k", data, 7..<7)).bytes.isEmpty)
        #expect(fixture.bucket.requests.count == 1)
    }

    @Test func `a known version is asked for by name`() throws {
        let fixture = try S3Fixture(["k": data])
        fixture.bucket["k"]?.version = "v/1+"
        let store = try fixture.store()
        #expect(try store.bytes(of: "k").bytes == data)
        #expect(fixture.bucket.requests[1].query == "versionId=v%2F1%2B")
    }

    @Test func `a second look uses a connection of its own`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.store()
        var request = whole("k", data)
        for isSecond in [false, false, true] {
            request.isSecondLook = isSecond
            _ = try store.bytes(request)
        }
        #expect(fixture.bucket.requests.map(\.connection) == [1, 1, 2])
    }

    @Test func `without credentials nothing is signed`() throws {
        let fixture = try S3Fixture(["k": data])
        _ = try fixture.store(credentials: AnonymousCredentials()).names()
        #expect(fixture.bucket.requests[0].header("authorization") == nil)
    }

    @Test func `requester pays is said in every request`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.store { $0.requesterPays = true }
        _ = try store.names()
        _ = try store.bytes(of: "k")
        #expect(fixture.bucket.requests.allSatisfy { $0.header("x-amz-request-payer") == "requester" })
    }

    @Test func `an error from the one who reads ends the reading and comes back unchanged`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = fixture.retrying(try fixture.store())
        let own = ObjectStoreError.transient("mine", reason: "own", kind: .fault)
        #expect(throws: own) { try store.read(whole("k", data)) { _ throws(ObjectStoreError) in throw own } }
        #expect(throws: own) { try store.list("") { _ throws(ObjectStoreError) in throw own } }
        #expect(fixture.bucket.requests.count == 2)
    }

    @Test func `only GET and HEAD are ever sent`() throws {
        let fixture = try S3Fixture(["k": data])
        let store = try fixture.retrying()
        _ = try store.names()
        _ = try store.bytes(of: "k")
        #expect(Set(fixture.bucket.requests.map(\.method)) == ["GET", "HEAD"])
    }

    @Test func `a configuration that cannot work is refused at once`() throws {
        let fixture = try S3Fixture()
        #expect(throws: ObjectStoreError.self) { try fixture.store { $0.region = "x.evil.org/" } }
    }
}
