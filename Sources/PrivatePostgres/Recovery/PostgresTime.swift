// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Times as PostgreSQL reads and writes them.
public enum PostgresTime {
    /// In UTC, to the microsecond, with its zone: `2026-11-02 03:00:00.123456+00`.
    public static func text(of time: Timestamp) -> String {
        let text = time.description.dropLast().map { $0 == "T" ? " " : $0 }
        let whole = time.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue
        let micros = String((time.nanoseconds &- whole) / 1000)
        guard micros != "0" else { return String(text) + "+00" }
        return String(text) + "." + String(repeating: "0", count: 6 - micros.utf8.count) + micros + "+00"
    }
}
