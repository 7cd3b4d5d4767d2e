// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// Up to where a restored backup is to be recovered.
public struct RecoveryGoal: Sendable, Equatable, Codable {
    /// Where recovery stops.
    public enum Target: Sendable, Equatable, Codable {
        /// As soon as the data are consistent: what the backup holds when it ended.
        case endOfBackup
        /// All WAL there is, in the backup and in the archive.
        case endOfWAL
        /// The last transaction that was committed at this time or before.
        case time(Timestamp)
        /// The record that begins here, or the first after it, is the last that is replayed.
        case lsn(LogSequenceNumber)
        /// This transaction is the last that is replayed.
        case transaction(UInt64)
        /// What `pg_create_restore_point` was given.
        case name(String)
    }

    /// Which timeline is followed, in the words of `recovery_target_timeline`.
    public typealias Timeline = TimelineChoice

    /// Where it stops.
    public var target: Target
    /// Nil when none was asked for: the latest one, and the backup's own when only its end is wanted.
    public var timeline: Timeline?

    /// On the timeline that PostgreSQL would follow, unless one is named.
    public init(_ target: Target, timeline: Timeline? = nil) {
        (self.target, self.timeline) = (target, timeline)
    }
}

extension RecoveryGoal: CustomStringConvertible {
    /// As it stands in a sentence: `WAL position 0/2000028`, with the timeline where one is named.
    public var description: String {
        let point =
            switch target {
            case .endOfBackup: "the end of the backup"
            case .endOfWAL: "the end of the WAL"
            case .time(let time): "time \(PostgresTime.text(of: time))"
            case .lsn(let position): "WAL position \(position)"
            case .transaction(let number): "transaction \(number)"
            case .name(let name): "restore point '\(name)'"
            }
        switch timeline {
        case nil: return point
        case .latest: return "\(point) on the latest timeline"
        case .current: return "\(point) on the backup's timeline"
        case .number(let number): return "\(point) on timeline \(number)"
        }
    }
}
