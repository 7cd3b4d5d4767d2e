// SPDX-License-Identifier: Apache-2.0

/// ETags as they are compared and kept: without quotes, and without the `W/` of a weak one.
///
/// An ETag is a name of a version and nothing more: it is never compared with an MD5.
enum EntityTag {
    static func plain(_ text: String) -> String? {
        var tag = Substring(text)
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        if tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") { tag = tag.dropFirst().dropLast() }
        return tag.isEmpty ? nil : String(tag)
    }

    /// The tag as `If-Match` wants it; nil when it holds what may not stand in a header.
    static func quoted(_ tag: String) -> String? {
        tag.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") } ? "\"\(tag)\"" : nil
    }
}
