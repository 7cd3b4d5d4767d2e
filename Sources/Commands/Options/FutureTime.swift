// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A time to come, as somebody has typed it after `--until`: a time, a length from now, or `now`.
enum FutureTime {
    /// Refuses one that is over: what it is for would never count.
    ///
    /// `hint` says what to give instead.
    static func typed(_ text: String, now: Timestamp, hint: String) throws -> Timestamp {
        if text == "now" { return now }
        guard let time = Timestamp(iso8601: text) else {
            return now.advanced(bySeconds: Int64(try TimeSpan.typed(text)))
        }
        guard time > now else {
            throw CommandError.usage("'\(shown(text))' is over", hint: hint)
        }
        return time
    }
}
