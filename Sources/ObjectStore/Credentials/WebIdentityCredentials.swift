// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import HTTP

/// Keys that Amazon's STS gives for a token of somebody else's, such as a Kubernetes service account.
///
/// "AssumeRoleWithWebIdentity", AWS Security Token Service API Reference. Wrap it in `CachedCredentials`.
public struct WebIdentityCredentials: CredentialSource {
    private let tokenFile: TokenFile
    private let role: String
    private let sessionName: String
    private let endpoint: S3Endpoint
    private let server: CredentialServer

    /// `endpoint` nil means STS of `region`; anything else must be https, or on this machine.
    public init(
        tokenFile: String, role: String, sessionName: String = "pg_backctl", region: String,
        endpoint: S3Endpoint? = nil, caFile: String? = nil, proxy: Secret? = nil, cancellation: Cancellation
    ) throws(ObjectStoreError) {
        self.tokenFile = TokenFile(path: tokenFile)
        (self.role, self.sessionName) = (role, sessionName)
        self.endpoint = endpoint ?? .amazon("sts", region: region)
        server = CredentialServer("web identity", caFile: caFile, proxy: proxy, cancellation: cancellation)
        guard S3Configuration.isRegion(region), self.endpoint.isSecure || self.endpoint.isLoopback else {
            throw .unusable(
                "web identity", reason: "'\(self.endpoint)' is no safe server", hint: "use https.")
        }
    }

    /// Reads the token's file and asks STS, each time anew; the time makes no difference.
    public func accessKey(at time: Timestamp) throws(ObjectStoreError) -> AccessKey? {
        let token = try tokenFile.read()
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", sessionName), ("WebIdentityToken", token.revealed),
        ]
        let form = fields.map { "\($0)=\(URLCoding.encode($1.utf8, keepingSlash: false))" }.joined(
            separator: "&")
        let document = try server.ask(
            HTTPRequest(
                .post, url: "\(endpoint)/", headers: [("content-type", "application/x-www-form-urlencoded")],
                body: Array(form.utf8)))
        return try key(in: document)
    }

    private func key(in document: [UInt8]) throws(ObjectStoreError) -> AccessKey {
        var fields: [String: String] = [:]
        do throws(XMLFault) {
            var tokens = try XMLTokens(document)
            var text: [UInt8] = []
            while let token = try tokens.next() {
                switch token {
                case .start: text = []
                case .text(let bytes): text += bytes
                case .end(let name): fields[name] = String(decoding: text, as: UTF8.self)
                }
            }
        } catch {
            throw .misbehaving(server.name, reason: error.reason)
        }
        return try server.key(
            id: fields["AccessKeyId"], secret: fields["SecretAccessKey"], token: fields["SessionToken"],
            expires: fields["Expiration"])
    }
}
