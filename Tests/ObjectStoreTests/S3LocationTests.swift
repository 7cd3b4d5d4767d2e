// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Testing

@testable import ObjectStore

@Suite struct S3LocationTests {
    @Test(arguments: [
        ("s3://b", "", "b"), ("s3://b/", "", "b"), ("s3://b/backups", "backups/", "b/backups"),
        ("s3://b/backups/", "backups/", "b/backups"), ("s3://b/a b/%41", "a b/%41/", "b/a b/%41"),
        ("s3://b//x", "/x/", "b//x"),
    ])
    func `a location is a bucket and a folder`(_ text: String, _ prefix: ObjectName, _ path: String) throws {
        let location = try S3Location(text)
        #expect(location.bucket == "b")
        #expect(location.keyPrefix == prefix)
        #expect(location.path == path)
    }

    @Test(arguments: [
        "", "b", "s3:/b", "s3://", "s3:///x", "s3://..", "s3://a b/x", "s3://a@b", "s3://a:9/x", "s3://a?x",
        "S3://b",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(throws: ObjectStoreError.self) { try S3Location(text) }
    }

    @Test(arguments: [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://s3.example.com/", "https://s3.example.com"),
        ("https://Host:443/base/", "https://host/base"), ("http://h:80", "http://h"),
        ("http://h:443", "http://h:443"),
        ("http://[::1]:9000", "http://[::1]:9000"), ("http://[::1]", "http://[::1]"),
    ])
    func `an endpoint is a server`(_ text: String, _ canonical: String) throws {
        #expect(try S3Endpoint(text).description == canonical)
    }

    @Test(arguments: [
        "", "host", "ftp://h", "http://", "http://u:p@h", "http://h?x", "http://h#x", "http://h:0",
        "http://h:65536", "http://h:x",
        "http://a b", "http://h\n", "file:///etc/passwd", "http://h:+80",
    ])
    func `anything else is no endpoint`(_ text: String) {
        #expect(throws: ObjectStoreError.self) { try S3Endpoint(text) }
    }

    @Test func `a password in an endpoint is not repeated`() throws {
        let refusal = #expect(throws: ObjectStoreError.self) { try S3Endpoint("http://user:hunter2@h") }
        let text = try #require(refusal?.description)
        #expect(!text.contains("hunter2"))
    }

    @Test(
        arguments: [
            (nil, "b", S3Addressing.automatic, "https://b.s3.eu-west-1.amazonaws.com/k"),
            (nil, "b.c", .automatic, "https://s3.eu-west-1.amazonaws.com/b.c/k"),
            (nil, "b", .path, "https://s3.eu-west-1.amazonaws.com/b/k"),
            ("http://h:9000", "b", .automatic, "http://h:9000/b/k"),
            ("http://h:9000", "b", .virtualHost, "http://b.h:9000/k"),
            ("https://h/base", "b", .automatic, "https://h/base/b/k"),
        ] as [(String?, String, S3Addressing, String)])
    func `the bucket is named in the host or in the path`(
        _ endpoint: String?, _ bucket: String, _ addressing: S3Addressing, _ url: String
    ) throws {
        let endpoint = try endpoint.map { try S3Endpoint($0) } ?? .amazon(region: "eu-west-1")
        let address = S3Address(endpoint: endpoint, bucket: bucket, addressing: addressing)
        #expect(address.origin + address.path(of: "k") == url)
    }

    @Test func `only Amazon's own servers count as Amazon's`() throws {
        for own in [
            "https://s3.eu-west-1.amazonaws.com", "https://s3.amazonaws.com",
            "https://s3.cn-north-1.amazonaws.com.cn",
        ] {
            #expect(try S3Endpoint(own).isAmazonRegion, "\(own)")
        }
        for foreign in [
            "https://s3.amazonaws.com.evil.org", "https://evil.org", "https://amazonaws.com",
            "http://s3.amazonaws.com:8080",
            "https://s3.evilamazonaws.com", "https://x.s3.amazonaws.com",
        ] {
            #expect(try !S3Endpoint(foreign).isAmazonRegion, "\(foreign)")
        }
    }
}
