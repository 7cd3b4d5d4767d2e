// SPDX-License-Identifier: Apache-2.0

/// What a trial restore saw in the catalogues of a cluster: later trials are compared with it, and it gives names to files.
public struct Baseline: Sendable, Equatable, Codable {
    /// By their OIDs; only those that could be asked.
    public var databases: [UInt32: ObjectName]
    /// Those that were kept, in no order; `isWhole` says whether that is all.
    public var relations: [KnownRelation]
    /// How many relations there are, also those that were not kept.
    public var found: Int
    /// Where in WAL the state is that was seen.
    public var end: ClusterPosition
    /// The newest moment whose data are in it.
    public var moment: Timestamp

    /// Without `found`, the relations that are given are all that there are.
    public init(
        databases: [UInt32: ObjectName] = [:], relations: [KnownRelation] = [], found: Int? = nil,
        end: ClusterPosition, moment: Timestamp
    ) {
        (self.databases, self.relations) = (databases, relations)
        self.found = found ?? relations.count
        (self.end, self.moment) = (end, moment)
    }

    /// Whether every relation is among those that were kept.
    public var isWhole: Bool { found == relations.count }
}

/// A place in the WAL of a cluster.
public struct ClusterPosition: Sendable, Hashable, Codable {
    /// From 1.
    public var timeline: UInt32
    /// As a byte position.
    public var position: UInt64

    /// `position` is an LSN as a number: 0x3000150 for `0/3000150`.
    public init(timeline: UInt32, position: UInt64) { (self.timeline, self.position) = (timeline, position) }
}

/// How a state of a cluster came about: the places where it left earlier timelines, and where it is itself.
public struct ClusterLineage: Sendable, Equatable, Codable {
    /// Oldest first.
    public var forks: [ClusterPosition]
    /// Where it is itself; a timeline that recovery in a trial began does not count.
    public var end: ClusterPosition

    /// Without forks the cluster never left a timeline.
    public init(forks: [ClusterPosition] = [], end: ClusterPosition) { (self.forks, self.end) = (forks, end) }

    /// Whether the cluster went through the other state on its way to this one, or is in it.
    public func wentThrough(_ other: ClusterPosition) -> Bool {
        (forks + [end]).contains { $0.timeline == other.timeline && other.position <= $0.position }
    }
}

/// A baseline of a cluster that is there now, and how that came to be.
public struct SeenBaseline: Sendable, Equatable, Codable {
    /// What was seen, at the end of the lineage.
    public var baseline: Baseline
    /// What tells whether the cluster went through the state of an earlier baseline.
    public var lineage: ClusterLineage
    /// As pg_control of the cluster has it.
    public var systemIdentifier: UInt64
    /// How long it took to read.
    public var seconds: Double

    /// `systemIdentifier` is the cluster's own, by which earlier baselines of it are found.
    public init(
        _ baseline: Baseline, _ lineage: ClusterLineage, ofCluster systemIdentifier: UInt64, seconds: Double
    ) {
        (self.baseline, self.lineage) = (baseline, lineage)
        (self.systemIdentifier, self.seconds) = (systemIdentifier, seconds)
    }
}

/// A baseline in the history, without its relations.
public struct PastBaseline: Sendable, Equatable {
    /// The trial that saw it, by which its relations can be loaded.
    public var trial: TrialID
    /// Of the backup that was tried.
    public var place: BackupPlace
    /// Where in WAL the state is that was seen; only a cluster that went through it is compared with it.
    public var end: ClusterPosition
    /// The time of the data that the trial came to.
    public var moment: Timestamp
    /// When the trial ended.
    public var ended: Timestamp
    /// Whether nothing was found missing in it: what is held against a state that was wrong itself passes.
    public var isRight: Bool

    /// All but the relations, of which there may be very many.
    public init(
        trial: TrialID, place: BackupPlace, end: ClusterPosition, moment: Timestamp, ended: Timestamp,
        isRight: Bool
    ) {
        (self.trial, self.place, self.end, self.moment) = (trial, place, end, moment)
        (self.ended, self.isRight) = (ended, isRight)
    }
}
