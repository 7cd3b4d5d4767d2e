// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What `pg_basebackup --write-recovery-conf` adds to a backup after its manifest was made.
///
/// It appends settings to `postgresql.auto.conf` and writes an empty `standby.signal`
/// (PostgreSQL's src/fe_utils/recovery_gen.c). Nothing else may be changed in either.
public enum RecoverySettings {
    /// The file to which settings were added.
    public static let file: ObjectName = "postgresql.auto.conf"
    /// The file that makes a server a standby.
    public static let signal: ObjectName = "standby.signal"

    /// Whether these bytes are settings that pg_basebackup appends, and nothing else.
    ///
    /// One or more whole lines `primary_conninfo = '…'` or `primary_slot_name = '…'`, quotes and backslashes
    /// inside doubled, at most 64 KiB.
    public static func areAll(of appended: some Collection<UInt8>) -> Bool {
        guard !appended.isEmpty, appended.count <= 64 << 10 else { return false }
        let lines = Array(appended).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.last?.isEmpty == true else { return false }
        return lines.dropLast().allSatisfy(isSetting)
    }

    private static func isSetting(_ line: ArraySlice<UInt8>) -> Bool {
        for name in ["primary_conninfo = '", "primary_slot_name = '"] where line.starts(with: name.utf8) {
            return isQuoted(line.dropFirst(name.utf8.count))
        }
        return false
    }

    /// Whether the value ends with the line, and every quote and backslash in it is doubled.
    private static func isQuoted(_ rest: ArraySlice<UInt8>) -> Bool {
        guard rest.last == UInt8(ascii: "'") else { return false }
        var inner = rest.dropLast()
        while let byte = inner.popFirst() {
            guard byte >= 0x20, byte != 0x7F else { return false }
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") {
                guard inner.popFirst() == byte else { return false }
            }
        }
        return true
    }
}
