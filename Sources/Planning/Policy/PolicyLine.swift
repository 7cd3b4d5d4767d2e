// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One line of a policy: a level, for which backups, and how old its proof may be.
public struct PolicyLine: Sendable, Hashable, Codable {
    /// Which backups it is about; the raw value is the key of the configuration.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// Each complete backup of the store.
        case all
        /// The newest one of each group. For trials: in any span of the age, one of the backup that was newest then.
        case newest
        /// Of each group one chosen by chance, in any span of the age.
        case sample
    }

    /// Which backups it is about.
    public var scope: Scope
    /// What is to be shown of them; a higher level that is shown in the same way will do, too.
    public var level: Level
    /// In seconds: how old the newest proof may be.
    public var age: Int64
    /// In seconds: how old a backup that is chosen by chance may be; nil for another scope, and for any age.
    public var within: Int64?

    init(_ scope: Scope, _ level: Level, age: Int64, within: Int64? = nil) {
        (self.scope, self.level, self.age, self.within) = (scope, level, age, within)
    }
}

extension PolicyLine: CustomStringConvertible {
    /// As the configuration has it: `inspected: 30d`, `newest.restored: 7d`.
    public var description: String {
        "\(scope == .all ? "" : "\(scope.rawValue).")\(level.rawValue): \(Self.words(age))"
    }

    private static func words(_ seconds: Int64) -> String {
        for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m")] as [(Int64, String)]
        where seconds % unit == 0 {
            return "\(seconds / unit)\(name)"
        }
        return "\(seconds)s"
    }
}

extension Level {
    /// Shown by trial restores, not by reading.
    var needsTrial: Bool { self >= .restored }

    /// Whether a proof of this level is one of another: a trial says nothing about what a reading shows.
    func covers(_ level: Level) -> Bool { self >= level && needsTrial == level.needsTrial }
}
