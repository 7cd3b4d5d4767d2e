// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import HTTP

/// Keys that the platform of a container gives to what runs in it (ECS, EKS Pod Identity).
///
/// "Container credential provider", AWS SDKs and Tools Reference Guide. A full URI must be https, or name
/// this machine or one of the two link-local addresses that those platforms use. Wrap it in
/// `CachedCredentials`.
public struct ContainerCredentials: CredentialSource {
    private let url: String
    /// What proves to the platform who asks.
    private let token: SecretSource?
    private let server: CredentialServer

    /// The path of `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, asked of ECS.
    public init(relativeURI: String, token: SecretSource? = nil, cancellation: Cancellation)
        throws(ObjectStoreError)
    {
        try self.init(fullURI: "http://169.254.170.2\(relativeURI)", token: token, cancellation: cancellation)
    }

    /// The URL of `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    public init(fullURI: String, token: SecretSource? = nil, cancellation: Cancellation)
        throws(ObjectStoreError)
    {
        let authority = String(fullURI.prefix { $0 != "?" && $0 != "#" })
        guard let endpoint = try? S3Endpoint(authority), Self.isAllowed(endpoint) else {
            throw .unusable(
                "container credentials", reason: "the address is no safe server",
                hint: "use https, a loopback address or the platform's own.")
        }
        (url, self.token) = (fullURI, token)
        server = CredentialServer("container credentials", cancellation: cancellation)
    }

    private static func isAllowed(_ endpoint: S3Endpoint) -> Bool {
        endpoint.isSecure || endpoint.isLoopback
            || ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(endpoint.host)
    }

    /// Asks the platform each time, with the token that its file holds by then; the time makes no difference.
    public func accessKey(at time: Timestamp) throws(ObjectStoreError) -> AccessKey? {
        let secret: Secret? =
            switch token {
            case nil: nil
            case .value(let secret): secret
            case .file(let path): try TokenFile(path: path).read()
            }
        let headers = secret.map { [(name: "authorization", value: $0.revealed)] } ?? []
        return try server.key(fromJSON: server.ask(HTTPRequest(.get, url: url, headers: headers)))
    }
}
