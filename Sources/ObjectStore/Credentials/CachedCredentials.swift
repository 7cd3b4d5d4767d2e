// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Synchronization

/// Keeps the key of another source until five minutes before it ends.
///
/// Only one thread asks the source at a time; the others wait for what it gets.
public final class CachedCredentials: CredentialSource {
    private let source: any CredentialSource
    private let margin: Int64
    private let cached = Mutex<AccessKey?>(nil)

    /// Wraps `source`; `margin`, in seconds, is how long before its end a key is replaced.
    public init(_ source: any CredentialSource, margin: Int64 = 300) {
        (self.source, self.margin) = (source, margin)
    }

    /// The kept key while it is fresh, else a new one.
    ///
    /// Where the source fails, a kept key that has not ended yet is given once more.
    public func accessKey(at time: Timestamp) throws(ObjectStoreError) -> AccessKey? {
        try cached.withLock { cached throws(ObjectStoreError) -> AccessKey? in
            if let key = cached, isFresh(key, at: time) { return key }
            do throws(ObjectStoreError) {
                let key = try source.accessKey(at: time)
                cached = key
                return key
            } catch {
                // A source that is down for a moment is no harm while the old key still works.
                guard let key = cached, let expires = key.expires, expires > time else { throw error }
                return key
            }
        }
    }

    /// Forgets the key, unless another one is kept by now; true, for the source can always be asked anew.
    public func discard(_ key: AccessKey) -> Bool {
        cached.withLock { if $0 == key { $0 = nil } }
        return true
    }

    private func isFresh(_ key: AccessKey, at time: Timestamp) -> Bool {
        guard let expires = key.expires else { return true }
        return expires.seconds(since: time) > margin
    }
}
