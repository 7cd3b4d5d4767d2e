// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// Up to where a restored backup is to be recovered.
public struct RecoveryGoal: Sendable, Equatable {
    public enum Target: Sendable, Equatable {
        /// As soon as the data are consistent: what the backup holds when it ended.
        case endOfBackup
        /// All WAL there is, in the backup and in the archive.
        case endOfWAL
        /// The last transaction that was committed at this time or before.
        case time(Timestamp)
        case lsn(LogSequenceNumber)
        /// This transaction is the last that is replayed.
        case transaction(UInt64)
        /// What `pg_create_restore_point` was given.
        case name(String)
    }

    public enum Timeline: Sendable, Equatable {
        case latest
        /// The one that the backup was taken on.
        case current
        case number(UInt32)
    }

    public var target: Target
    /// Nil when none was asked for: the latest one, and the backup's own when only its end is wanted.
    public var timeline: Timeline?

    public init(_ target: Target, timeline: Timeline? = nil) {
        (self.target, self.timeline) = (target, timeline)
    }
}

extension RecoveryGoal: CustomStringConvertible {
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

/// Times as PostgreSQL reads and writes them.
enum PostgresTime {
    /// In UTC, to the microsecond, with its zone: `2026-11-02 03:00:00.123456+00`.
    static func text(of time: Timestamp) -> String {
        let text = time.description.dropLast().map { $0 == "T" ? " " : $0 }
        let whole = time.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue
        let micros = String((time.nanoseconds &- whole) / 1000)
        guard micros != "0" else { return String(text) + "+00" }
        return String(text) + "." + String(repeating: "0", count: 6 - micros.utf8.count) + micros + "+00"
    }
}
