// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// The settings with which PostgreSQL recovers to a goal.
public struct RecoverySettingsText: Sendable, Equatable {
    let lines: [ConfigurationLine]

    /// `timelines` are those of the backup's WAL ranges.
    public init(_ goal: RecoveryGoal, command: RestoreCommand?, timelines: [UInt32] = []) {
        lines =
            [ConfigurationLine("restore_command", (command ?? .nothing).text)]
            + Self.target(goal.target)
            + [ConfigurationLine("recovery_target_timeline", Self.timeline(goal, timelines))]
    }

    /// For a standby, which follows its primary, its archive, or both.
    public init(standbyOf connection: String?, slot: String?, command: RestoreCommand?) {
        lines =
            [
                command.map { ConfigurationLine("restore_command", $0.text) },
                connection.map { ConfigurationLine("primary_conninfo", $0) },
                slot.map { ConfigurationLine("primary_slot_name", $0) },
                ConfigurationLine("recovery_target_timeline", "latest"),
            ].compactMap(\.self)
    }

    /// `settings` as they are, with these after them: of two values for one name PostgreSQL takes the last.
    public func appended(to settings: [UInt8]) throws(PrivatePostgresError) -> [UInt8] {
        let gap = settings.isEmpty || settings.last == UInt8(ascii: "\n") ? "" : "\n"
        return settings + Array((gap + "# added by pg_backctl restore\n" + (try lines.text())).utf8)
    }

    /// Whether recovery is to end before all WAL is replayed.
    var stopsAtPoint: Bool { lines.contains { $0.name == "recovery_target_action" } }

    private static func target(_ target: RecoveryGoal.Target) -> [ConfigurationLine] {
        let point: ConfigurationLine
        switch target {
        case .endOfBackup: point = ConfigurationLine("recovery_target", "immediate")
        case .endOfWAL: return []
        case .time(let time): point = ConfigurationLine("recovery_target_time", PostgresTime.text(of: time))
        case .lsn(let position): point = ConfigurationLine("recovery_target_lsn", "\(position)")
        case .transaction(let number): point = ConfigurationLine("recovery_target_xid", "\(number)")
        case .name(let name): point = ConfigurationLine("recovery_target_name", name)
        }
        return [
            point, ConfigurationLine("recovery_target_inclusive", "on"),
            // Otherwise PostgreSQL pauses there and waits for somebody.
            ConfigurationLine("recovery_target_action", "promote"),
        ]
    }

    private static func timeline(_ goal: RecoveryGoal, _ timelines: [UInt32]) -> String {
        switch goal.timelineSetting(endingOn: timelines) {
        case .latest: "latest"
        case .current: "current"
        case .number(let number): "\(number)"
        }
    }
}
