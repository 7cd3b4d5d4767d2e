// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Times that stand in the names of backups.
public enum LabelTime {
    /// The time that a label, or its last component, is; nil when it is none.
    ///
    /// Read are `20251027T143000`, `20251027143000`, `2025-10-27T14:30:00Z`, `2025-10-27_143000`,
    /// `2025-05-20` and the like; UTC unless it says otherwise.
    public static func read(_ label: String) -> Timestamp? {
        let last = String(label.split(separator: "/").last ?? "")
        let digits = last.utf8
        guard digits.count == 14, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return Timestamp(iso8601: last)
        }
        return Timestamp(iso8601: last.prefix(8) + "T" + last.suffix(6))
    }
}
