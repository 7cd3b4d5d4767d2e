// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The `Retry-After` header (RFC 9110, section 10.2.3), read so that no value of it can do harm.
enum RetryAfter {
    /// In seconds; no server is waited for longer because it says so.
    static let cap: Int64 = 120

    /// The seconds to wait, from 0 to `cap`; nil for what is neither a number of seconds nor a date.
    ///
    /// A date counts from the server's own clock; without that it says nothing.
    static func seconds(_ text: String, from now: Timestamp?) -> Int64? {
        let text = text.utf8.drop { $0 == UInt8(ascii: " ") }
        let digits = text.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        if !digits.isEmpty, digits.count == text.count {
            return min(Int64(String(decoding: digits, as: UTF8.self)) ?? cap, cap)
        }
        guard let date = Timestamp(httpDate: String(decoding: text, as: UTF8.self)), let now else {
            return nil
        }
        return min(max(date.seconds(since: now), 0), cap)
    }
}
