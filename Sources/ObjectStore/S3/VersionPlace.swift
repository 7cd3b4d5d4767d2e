// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Where a listing of versions goes on, as the text of a continuation.
struct VersionPlace: Equatable {
    /// A key whose version of then was found, or that it had none.
    struct Settled: Equatable {
        var key: ObjectName
        /// When that version was written.
        var modified: Timestamp
    }

    var key: ObjectName
    var version: String?
    /// Set when this key is.
    var settled: Settled?

    init(key: ObjectName, version: String?, settled: Settled?) {
        (self.key, self.version, self.settled) = (key, version, settled)
    }

    /// Takes apart what `text` put together.
    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        let coded = parts.count > 1 ? Array(parts[1].utf8) : []
        key = ObjectName(bytes: URLCoding.decodeForm(coded) ?? [])
        version = parts.count > 2 ? String(parts[2]) : nil
        settled = parts.first.flatMap { Int64($0) }.map { [key] time in
            Settled(key: key, modified: Timestamp(nanoseconds: time))
        }
    }

    var text: String {
        let time = settled.map { String($0.modified.nanoseconds) } ?? "-"
        let coded = URLCoding.encode(key.bytes, keepingSlash: false)
        return [time, coded, version].compactMap(\.self).joined(separator: " ")
    }
}
