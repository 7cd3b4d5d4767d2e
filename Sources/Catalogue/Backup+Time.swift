// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// When a backup was made, and how that is known.
public struct BackupTime: Sendable, Equatable {
    /// The raw value is what JSON says.
    public enum Source: String, Sendable, Codable, CaseIterable {
        case infoFile = "info-file"
        case label
        case newestObject = "newest-object"
    }

    public let timestamp: Timestamp
    public let source: Source

    public init(_ timestamp: Timestamp, source: Source) {
        (self.timestamp, self.source) = (timestamp, source)
    }
}

extension Backup {
    /// The time in the info file, else the label when it is a time, else when the newest object was written.
    ///
    /// A label such as `20251027T143000`, `20251027143000`, `2025-10-27T14:30:00Z`, `2025-10-27_143000` or
    /// `2025-05-20` is a time, UTC unless it says otherwise; so is one with such a last component.
    public func time(info: BackupInfo?) -> BackupTime? {
        if let claimed = info?.timestamp { return BackupTime(claimed, source: .infoFile) }
        if let named = Self.time(in: label) { return BackupTime(named, source: .label) }
        return newest.map { BackupTime($0, source: .newestObject) }
    }

    private static func time(in label: String) -> Timestamp? {
        let last = String(label.split(separator: "/").last ?? "")
        let digits = last.utf8
        guard digits.count == 14, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return Timestamp(iso8601: last)
        }
        return Timestamp(iso8601: last.prefix(8) + "T" + last.suffix(6))
    }
}
