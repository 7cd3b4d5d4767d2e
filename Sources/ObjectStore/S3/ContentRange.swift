// SPDX-License-Identifier: Apache-2.0

/// The `Content-Range` header of a part (RFC 9110, section 14.4): `bytes 0-99/200` or `bytes 0-99/*`.
struct ContentRange: Equatable {
    var range: Range<UInt64>
    var total: UInt64?

    /// Nil when the text is anything else, such as a range whose end lies before its start.
    init?(_ text: String) {
        guard text.lowercased().hasPrefix("bytes ") else { return nil }
        let halves = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            first <= last,
            last < .max
        else { return nil }
        range = first..<(last + 1)
        if halves[1] != "*" {
            guard let total = Self.number(halves[1]), last < total else { return nil }
            self.total = total
        }
    }

    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? UInt64(text) : nil
    }
}
