// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// What signs a request: an identity and its secret.
public struct AccessKey: Sendable, Equatable {
    /// What names it; not secret.
    public var id: String
    /// What signs.
    public var secret: Secret
    /// Goes with temporary keys.
    public var sessionToken: Secret?
    /// When a temporary key ends.
    public var expires: Timestamp?

    /// A key without an end, unless `sessionToken` and `expires` say that it is a temporary one.
    public init(id: String, secret: Secret, sessionToken: Secret? = nil, expires: Timestamp? = nil) {
        (self.id, self.secret, self.sessionToken, self.expires) = (id, secret, sessionToken, expires)
    }
}

/// Where access keys come from.
public protocol CredentialSource: Sendable {
    /// The key to sign with at this time; nil means that requests go unsigned.
    func accessKey(at time: Timestamp) throws(ObjectStoreError) -> AccessKey?

    /// Forgets a key that the store calls expired.
    ///
    /// Returns whether another one may come in its place; false means that trying again is useless.
    func discard(_ key: AccessKey) -> Bool
}

extension CredentialSource {
    /// False, and nothing is forgotten: so it is for a source that keeps no keys.
    public func discard(_ key: AccessKey) -> Bool { false }
}

/// One key that never changes.
public struct StaticCredentials: CredentialSource {
    private let key: AccessKey

    /// Gives this key, however often it is asked.
    public init(_ key: AccessKey) { self.key = key }

    /// The one key, whatever the time.
    public func accessKey(at time: Timestamp) -> AccessKey? { key }
}

/// No key: the bucket is public.
public struct AnonymousCredentials: CredentialSource {
    /// Needs to know nothing.
    public init() {}

    /// Nil at any time.
    public func accessKey(at time: Timestamp) -> AccessKey? { nil }
}
