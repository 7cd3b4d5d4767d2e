// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

extension RecoveryGoal {
    /// What stands after `--to-time`, `--to-lsn`, `--to-xid`, `--to-name` and `--timeline`; nil where
    /// nothing does.
    public struct Words: Sendable, Equatable {
        /// Of `--to-time`: a date and a time with their zone.
        public var time: String?
        /// Of `--to-lsn`: a position in WAL, such as `2F/4A0001C8`.
        public var lsn: String?
        /// Of `--to-xid`: the number of a transaction in decimal, as `pg_current_xact_id()` gives it.
        public var transaction: String?
        /// Of `--to-name`: what `pg_create_restore_point` was given, 1 to 63 bytes.
        public var name: String?
        /// Of `--timeline`: `latest`, `current`, or a number in decimal.
        public var timeline: String?

        /// What is not told was not given; nothing is read yet.
        public init(
            time: String? = nil, lsn: String? = nil, transaction: String? = nil, name: String? = nil,
            timeline: String? = nil
        ) {
            (self.time, self.lsn, self.transaction) = (time, lsn, transaction)
            (self.name, self.timeline) = (name, timeline)
        }
    }

    /// Reads the goal off a command line.
    ///
    /// Without a target it is all WAL when there is an archive to take it from, else the end of the backup.
    public static func parse(_ words: Words, hasArchive: Bool) throws(PrivatePostgresError) -> RecoveryGoal {
        let given = [
            ("--to-time", words.time), ("--to-lsn", words.lsn), ("--to-xid", words.transaction),
            ("--to-name", words.name),
        ].filter { $0.1 != nil }.map(\.0)
        guard given.count <= 1 else {
            throw .usage(
                "\(given.joined(separator: " and ")) exclude each other",
                hint: "recovery stops at one point: name one.")
        }
        let timeline = try words.timeline.map { (text) throws(PrivatePostgresError) in try Self.timeline(text)
        }
        return RecoveryGoal(try target(words) ?? (hasArchive ? .endOfWAL : .endOfBackup), timeline: timeline)
    }

    private static func target(_ words: Words) throws(PrivatePostgresError) -> Target? {
        if let text = words.time { return .time(try PostgresTime.parse(text, of: "--to-time")) }
        if let text = words.lsn { return .lsn(try position(text)) }
        if let text = words.transaction { return .transaction(try transaction(text)) }
        if let text = words.name { return .name(try name(text)) }
        return nil
    }

    private static func position(_ text: String) throws(PrivatePostgresError) -> LogSequenceNumber {
        guard let position = LogSequenceNumber(text), position.position > 0 else {
            throw .usage(
                "'\(text)' is no WAL position",
                hint: "give two hexadecimal numbers and a slash, such as 2F/4A0001C8.")
        }
        return position
    }

    private static func transaction(_ text: String) throws(PrivatePostgresError) -> UInt64 {
        // 0, 1 and 2 are no transactions, in any epoch.
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text),
            UInt32(truncatingIfNeeded: number) > 2
        else {
            throw .usage(
                "'\(text)' is no transaction",
                hint: "give its number in decimal, as pg_current_xact_id() does.")
        }
        return number
    }

    private static func name(_ text: String) throws(PrivatePostgresError) -> String {
        guard !text.isEmpty, text.utf8.count <= 63, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .usage(
                "the name after --to-name cannot be that of a restore point",
                hint: "it has 1 to 63 bytes and no control characters, as pg_create_restore_point allows.")
        }
        return text
    }

    private static func timeline(_ text: String) throws(PrivatePostgresError) -> Timeline {
        switch text {
        case "latest": return .latest
        case "current": return .current
        default:
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text), number > 0
            else {
                throw .usage(
                    "'\(text)' is no timeline",
                    hint: "give latest, current, or its number in decimal, such as 2.")
            }
            return .number(number)
        }
    }
}
