// SPDX-License-Identifier: Apache-2.0

/// What is known of a trial restore when it begins.
public struct TrialStart: Sendable, Equatable {
    /// What runs PostgreSQL; the raw value is what JSON and the history say.
    public enum Runtime: String, Sendable, Codable, CaseIterable {
        /// Programs of this machine, in a directory of this machine.
        case local
        /// A container with a volume of its own.
        case docker
    }

    /// A newer backup of the same group that was not tried, and why.
    public struct PassedOver: Sendable, Equatable, Codable {
        /// Its folder below the store.
        public var label: String
        /// Why it was not tried, in words without a full stop, such as `it has no time`.
        public var reason: String

        /// `reason` is shown after the label and a colon.
        public init(_ label: String, reason: String) { (self.label, self.reason) = (label, reason) }
    }

    /// The backup that is tried; of a chain of incremental ones, the last.
    public var place: BackupPlace
    /// What runs its server; only trials of the same runtime are compared by their times.
    public var runtime: Runtime
    /// Where it is put together: a directory, or the name of a volume.
    public var scratch: String
    /// Where recovery is to end, in words.
    public var goal: String
    /// Whether WAL of an archive is replayed, so that the archive is proven, too.
    public var replaysArchive: Bool
    /// Whether chance chose the backup, for a policy that asks for samples.
    public var isSample = false
    /// Newer backups that were passed over; a trial with any says nothing of the newest.
    public var passedOver: [PassedOver]
    /// Who or what started it: a user's name, `systemd`, a job of CI; nil where nobody can tell.
    public var startedBy: String?
    /// When it began.
    public var started: Timestamp
    /// The version of the program that did it.
    public var toolVersion: String

    /// Of a backup that was not left to chance, unless `isSample` is set later.
    public init(
        place: BackupPlace, runtime: Runtime, scratch: String, goal: String, replaysArchive: Bool,
        passedOver: [PassedOver] = [], startedBy: String? = nil, started: Timestamp, toolVersion: String
    ) {
        (self.place, self.runtime, self.scratch, self.goal) = (place, runtime, scratch, goal)
        (self.replaysArchive, self.passedOver, self.startedBy) = (replaysArchive, passedOver, startedBy)
        (self.started, self.toolVersion) = (started, toolVersion)
    }
}
