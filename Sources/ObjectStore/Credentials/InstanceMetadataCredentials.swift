// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import HTTP

/// Keys of the role that an EC2 machine runs under.
///
/// Version 2 of the service only: a token is fetched first ("Use the Instance Metadata Service to access
/// instance metadata", Amazon EC2 User Guide). Wrap it in `CachedCredentials`.
public struct InstanceMetadataCredentials: CredentialSource {
    private let endpoint: S3Endpoint
    private let server: CredentialServer

    /// `endpoint` is for tests; nil is the address that every such machine has.
    public init(endpoint: S3Endpoint? = nil, cancellation: Cancellation) {
        self.endpoint = endpoint ?? S3Endpoint(isSecure: false, host: "169.254.169.254", port: nil)
        // Elsewhere nobody answers there, and that must be known soon.
        server = CredentialServer("instance metadata", connectTimeout: 1, cancellation: cancellation)
    }

    /// Makes three requests each time: for a token, for the name of the role and for its key.
    public func accessKey(at time: Timestamp) throws(ObjectStoreError) -> AccessKey? {
        let token = try text(
            HTTPRequest(
                .put, url: "\(endpoint)/latest/api/token",
                headers: [("x-aws-ec2-metadata-token-ttl-seconds", "21600")]))
        let path = "\(endpoint)/latest/meta-data/iam/security-credentials/"
        let headers = [(name: "x-aws-ec2-metadata-token", value: token)]
        let role = try text(HTTPRequest(.get, url: path, headers: headers))
        let url = path + URLCoding.encode(role.utf8, keepingSlash: false)
        return try server.key(fromJSON: server.ask(HTTPRequest(.get, url: url, headers: headers)))
    }

    /// A reply of one line.
    private func text(_ request: HTTPRequest) throws(ObjectStoreError) -> String {
        let line = try server.ask(request).prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, line.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .misbehaving(server.name, reason: "an empty or unreadable answer")
        }
        return String(decoding: line, as: UTF8.self)
    }
}
