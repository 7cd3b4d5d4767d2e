// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Testing

@testable import ObjectStore

@Suite struct S3SignerTests {
    typealias Fields = [(name: String, value: String)]

    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var path = "/"
        var query: [[String]] = []
        var headers: [[String]] = []
        var method = "GET"
        var signature: String

        var testDescription: String { name }
        var request: S3Signer.Request {
            S3Signer.Request(
                method: method, host: "", path: path, query: query.map { ($0[0], $0[1]) },
                headers: headers.map { ($0[0], $0[1]) })
        }
    }

    private func signature(
        _ example: Example, _ signer: S3Signer, _ host: String, _ secret: String, _ id: String, _ time: String
    )
        throws -> String
    {
        var request = example.request
        request.host = host
        let headers = signer.headers(
            for: request, key: AccessKey(id: id, secret: Secret(secret)),
            at: try #require(Timestamp(iso8601: time)))
        let text = try #require(headers.first { $0.name == "authorization" }).value
        return String(try #require(text.split(separator: "Signature=").last))
    }

    @Test(arguments: [
        Example(
            name: "GET object", path: "/test.txt",
            headers: [["range", "bytes=0-9"], ["x-amz-content-sha256", S3Signer.emptyPayload]],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            name: "GET bucket lifecycle", query: [["lifecycle", ""]],
            headers: [["x-amz-content-sha256", S3Signer.emptyPayload]],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            name: "list objects", query: [["prefix", "J"], ["max-keys", "2"]],
            headers: [["x-amz-content-sha256", S3Signer.emptyPayload]],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
    func `Amazon's published S3 examples get the published signatures`(_ example: Example) throws {
        let found = try signature(
            example, S3Signer(region: "us-east-1"), "examplebucket.s3.amazonaws.com",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAIOSFODNN7EXAMPLE", "20130524T000000Z")
        #expect(found == example.signature)
    }

    @Test(arguments: [
        Example(
            name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Example(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Example(
            name: "get-utf8", path: "/%E1%88%B4",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Example(
            name: "get-vanilla-query-order-key-case", query: [["Param2", "value2"], ["Param1", "value1"]],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Example(
            name: "get-vanilla-query-order-value", query: [["Param1", "value2"], ["Param1", "value1"]],
            signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
        Example(
            name: "get-header-value-trim",
            headers: [["my-header1", " value1"], ["my-header2", " \"a   b   c\""]],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Example(
            name: "get-header-key-duplicate",
            headers: [["my-header1", "value2"], ["my-header1", "value2"], ["my-header1", "value1"]],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        Example(
            name: "get-header-value-order",
            headers: [
                ["my-header1", "value4"], ["my-header1", "value1"], ["my-header1", "value3"],
                ["my-header1", "value2"],
            ], signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    ])
    func `the cases of Amazon's signature test suite hold`(_ example: Example) throws {
        let found = try signature(
            example, S3Signer(region: "us-east-1", service: "service"), "example.amazonaws.com",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "AKIDEXAMPLE", "20150830T123600Z")
        #expect(found == example.signature)
    }

    @Test func `another day or another secret makes another signing key`() throws {
        let signer = S3Signer(region: "us-east-1")
        let example = Example(name: "any", signature: "")
        func sign(_ secret: String, _ time: String) throws -> String {
            try signature(example, signer, "h", secret, "id", time)
        }
        let first = try sign("a", "20260101T000000Z")
        #expect(try sign("b", "20260101T000000Z") != first)
        #expect(try sign("a", "20260102T000000Z") != first)
        #expect(try sign("a", "20260101T000000Z") == first)
    }

    @Test func `a session token is sent and signed`() throws {
        let key = AccessKey(id: "id", secret: Secret("s"), sessionToken: Secret("tok/en=="))
        let headers = S3Signer(region: "r").headers(
            for: S3Signer.Request(method: "GET", host: "h:9000", path: "/"), key: key,
            at: Timestamp(seconds: 0))
        #expect(headers.first { $0.name == "x-amz-security-token" }?.value == "tok/en==")
        let authorization = try #require(headers.first { $0.name == "authorization" }).value
        #expect(authorization.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,"))
    }
}
