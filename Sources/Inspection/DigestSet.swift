// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

/// One digest for all objects whose contents count.
public enum DigestSet {
    /// SHA-256, lower-case hex, over the objects' names and digests in the order of the names.
    ///
    /// A name is preceded by its length, so that no two sets are written alike.
    public static func digest(of objects: [ObjectName: String]) -> String {
        var hash = SHA256()
        for (name, sha256) in objects.sorted(by: { $0.key < $1.key }) {
            let line = Array("\(name.bytes.count) ".utf8) + name.bytes + Array(" \(sha256)\n".utf8)
            hash.update(line.span.bytes)
        }
        return hash.finalized().hex
    }
}
