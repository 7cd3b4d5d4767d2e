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

    /// When the backup was taken, as far as `source` tells.
    public let timestamp: Timestamp
    /// What told it: the info file goes before the label, and that before the newest object.
    public let source: Source

    /// Nothing is checked: the time is taken as `source` gives it.
    public init(_ timestamp: Timestamp, source: Source) {
        (self.timestamp, self.source) = (timestamp, source)
    }

    /// The backup did not begin before this time; nil where nobody can say.
    ///
    /// A label may be the time of any zone, and none is more than 14 hours ahead of UTC. Objects that were copied are younger
    /// than their backup.
    public var notBefore: Timestamp? {
        switch source {
        case .infoFile: timestamp
        case .label: Timestamp(seconds: timestamp.seconds - 14 * 3600)
        case .newestObject: nil
        }
    }
}

extension Backup {
    /// The time in the info file, else the label when it is a time, else when the newest object was written.
    public func time(info: BackupInfo?) -> BackupTime? {
        if let claimed = info?.timestamp { return BackupTime(claimed, source: .infoFile) }
        if let named = LabelTime.read(label) { return BackupTime(named, source: .label) }
        return newest.map { BackupTime($0, source: .newestObject) }
    }
}
