// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Glibc
import TestKit
import Testing

@testable import ObjectStore

@Suite struct TemporaryCredentialTests {
    private static let json = """
        {"Code": "Success", "AccessKeyId": "ASIA1", "SecretAccessKey": "se\\/cret", "Token": "to\\u006ben",
         "Expiration": "2026-11-02T09:00:00Z", "Retries": 3}
        """
    private static let key = AccessKey(
        id: "ASIA1", secret: Secret("se/cret"), sessionToken: Secret("token"),
        expires: Timestamp(iso8601: "2026-11-02T09:00:00Z"))
    private let now = Timestamp(seconds: 0)

    /// Runs `body` with a file of this content, and removes it.
    private func withFile(_ content: String, _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/pg_backctl-token-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array(content.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        try body(path)
    }

    @Test func `a machine asks for a token first, then for its role and key`() throws {
        let server = try ScriptedServer.start { request in
            if request.method == "PUT" { return .status(200, "TOKEN") }
            guard request.header("x-aws-ec2-metadata-token") == "TOKEN" else { return .status(401) }
            return .status(200, request.path.hasSuffix("/") ? "my-role\n" : Self.json)
        }
        let source = InstanceMetadataCredentials(
            endpoint: try S3Endpoint(server.baseURL), cancellation: Cancellation())
        #expect(try source.accessKey(at: now) == Self.key)
        #expect(server.requests.last?.path == "/latest/meta-data/iam/security-credentials/my-role")
    }

    @Test func `a machine without the second version of the service gives no key`() throws {
        let server = try ScriptedServer.start { $0.method == "PUT" ? .status(405) : .status(200, Self.json) }
        let source = InstanceMetadataCredentials(
            endpoint: try S3Endpoint(server.baseURL), cancellation: Cancellation())
        #expect(throws: ObjectStoreError.self) { try source.accessKey(at: now) }
        #expect(server.requests.count == 1)
    }

    @Test func `a container shows the token of its file, read anew each time`() throws {
        let server = try ScriptedServer.start { _ in .status(200, Self.json) }
        try withFile("first\n") { path in
            let source = try ContainerCredentials(
                fullURI: "\(server.baseURL)/get?x=1", token: .file(path: path), cancellation: Cancellation())
            #expect(try source.accessKey(at: now) == Self.key)
            let file = try #require(fopen(path, "w"))
            fputs("second", file)
            fclose(file)
            #expect(try source.accessKey(at: now) == Self.key)
        }
        #expect(server.requests.map { $0.header("authorization") } == ["first", "second"])
        #expect(server.requests[0].target == "/get?x=1")
    }

    @Test(arguments: [
        "http://example.com/", "http://169.254.169.254/latest", "http://127.0.0.1.evil.org/",
        "http://127.0.0.1@evil.org/",
        "ftp://127.0.0.1/", "http://10.0.0.1/",
    ])
    func `a container's key is not fetched from just anywhere`(_ uri: String) {
        #expect(throws: ObjectStoreError.self) {
            try ContainerCredentials(fullURI: uri, cancellation: Cancellation())
        }
    }

    @Test(arguments: [
        "https://example.com/x", "http://169.254.170.2/x", "http://[fd00:ec2::23]/x", "http://localhost:99/",
    ])
    func `the platforms' own addresses are allowed`(_ uri: String) throws {
        _ = try ContainerCredentials(fullURI: uri, cancellation: Cancellation())
    }

    @Test func `a web identity token is exchanged for a key`() throws {
        let server = try ScriptedServer.start { _ in
            .status(
                200,
                """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <AssumeRoleWithWebIdentityResult><Credentials><SessionToken>token</SessionToken>
                <SecretAccessKey>se/cret</SecretAccessKey><Expiration>2026-11-02T09:00:00Z</Expiration>
                <AccessKeyId>ASIA1</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>
                """)
        }
        try withFile("ey.J+/=\n") { path in
            let source = try WebIdentityCredentials(
                tokenFile: path, role: "arn:aws:iam::1:role/r", region: "eu-west-1",
                endpoint: try S3Endpoint(server.baseURL), cancellation: Cancellation())
            #expect(try source.accessKey(at: now) == Self.key)
        }
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(!request.target.contains("ey.J"))
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.contains("&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"))
        #expect(body.hasSuffix("&WebIdentityToken=ey.J%2B%2F%3D"))
    }

    @Test func `a refusal of STS is told by its code, without the token`() throws {
        let server = try ScriptedServer.start { _ in
            .status(
                400,
                "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"
            )
        }
        try withFile("SECRETTOKEN") { path in
            let source = try WebIdentityCredentials(
                tokenFile: path, role: "r", region: "eu-west-1", endpoint: try S3Endpoint(server.baseURL),
                cancellation: Cancellation())
            let error = #expect(throws: ObjectStoreError.self) { try source.accessKey(at: now) }
            let text = try #require(error?.description)
            #expect(text.contains("InvalidIdentityToken"))
            #expect(!text.contains("SECRETTOKEN"))
        }
    }

    @Test(arguments: [
        "", "[]", "{", "{\"a\":{}}", "{\"a\":\"b\"", "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\" \"b\"}", "{\"a\":\"b\"}x", "{\"a\":\"b\",}",
    ])
    func `an answer that is no flat JSON object is refused`(_ text: String) {
        #expect(FlatJSON.strings(Array(text.utf8)) == nil)
    }
}

@Suite struct CustomerKeyTests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ])
    func `MD5 of the examples in RFC 1321`(_ text: String, _ digest: String) {
        let hex = MD5.digest(of: Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
        #expect(hex == digest)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 of the examples in RFC 4648`(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg", "Z===", "Zm9v\n", "Zm-v"])
    func `what is no padded base64 is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `the customer's key goes with every GET and HEAD, and is signed`() throws {
        let data = pattern(10)
        let fixture = try S3Fixture(["k": data])
        let key = Base64.encode([UInt8](repeating: 7, count: 32))
        let store = try fixture.store { $0.sseCustomerKey = Secret(key) }
        #expect(try store.bytes(of: "k").bytes == data)
        for request in fixture.bucket.requests {
            #expect(request.header("x-amz-server-side-encryption-customer-key") == key)
            #expect(
                request.header("x-amz-server-side-encryption-customer-key-md5") == "y4HAEFCYWuvAXWFTtA1Qpg==")
            #expect(
                request.header("authorization")?.contains(";x-amz-server-side-encryption-customer-key;")
                    == true)
        }
    }

    @Test func `the customer's key is not sent in the clear to another machine`() throws {
        let fixture = try S3Fixture()
        let key = Secret(Base64.encode([UInt8](repeating: 7, count: 32)))
        #expect(throws: ObjectStoreError.self) {
            try fixture.store { configuration in
                configuration.sseCustomerKey = key
                configuration.endpoint = S3Endpoint(isSecure: false, host: "example.com", port: nil)
            }
        }
        #expect(throws: ObjectStoreError.self) { try fixture.store { $0.sseCustomerKey = Secret("short") } }
    }
}
