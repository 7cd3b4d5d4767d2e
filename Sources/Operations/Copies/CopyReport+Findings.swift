// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension CopyReport {
    /// What is wrong with the copies, one finding for each backup; none for what is the same or was not read yet.
    ///
    /// Copying takes its time: of a backup whose newest object is younger than a day, what is not there yet is a warning.
    public func findings(at now: Timestamp) -> [StoreFinding] { backups.compactMap { finding($0, now) } }

    /// In seconds.
    static let grace: Int64 = 86_400

    private func finding(_ backup: CopiedBackup, _ now: Timestamp) -> StoreFinding? {
        guard backup.state != .same, backup.state != .unread else { return nil }
        let mayCome = backup.written.map { now.seconds(since: $0) < Self.grace } ?? false
        return StoreFinding(
            kind: "copy-\(backup.state.rawValue)", subject: backup.label,
            severity: mayCome && backup.state != .differs ? .warning : .error,
            message: "'\(copyLocation)' \(Self.words(backup))",
            advice: backup.state == .differs
                ? "verify both stores at level inspected: one of the two is not what was backed up."
                : "copy it again.")
    }

    private static func words(_ backup: CopiedBackup) -> String {
        let first = backup.differences.first.map { ", '\($0.object)' first" } ?? ""
        return switch backup.state {
        case .missing: "has no copy of this backup"
        case .incomplete: "lacks \(Units.count(backup.absent, "object")) of this backup\(first)"
        default: "has \(Units.count(backup.differing, "object")) of this backup with other bytes\(first)"
        }
    }
}
