// SPDX-License-Identifier: Apache-2.0

/// What may go from a history: nothing on which a proof, an open finding or a later comparison rests.
public struct PruneRule: Sendable, Equatable {
    /// Sound readings of objects go when they are older, in seconds, and a later sound one of the same object stays.
    public var readings: Double
    /// States of objects go when nothing has looked at their backup for so many seconds; the next look makes them anew.
    public var midstates: Double
    /// What trials saw of a cluster's relations, and what sweeps came to for each store, goes beyond so many newer ones.
    public var kept: Int

    /// So many newer ones stay; an audit takes no fewer for pruning.
    public static let usualKept = 100

    /// Ninety days, and a hundred.
    public init(
        readings: Double = 90 * 86_400, midstates: Double = 90 * 86_400, kept: Int = Self.usualKept
    ) {
        (self.readings, self.midstates, self.kept) = (readings, midstates, kept)
    }
}

/// What went, or would go.
public struct Pruned: Sendable, Equatable {
    /// Sound readings of objects; what they were in sum stays by backup and day.
    public var readings = 0
    /// Of objects, each with all its states.
    public var midstates = 0
    /// What trials saw in catalogues, one for each trial.
    public var baselines = 0
    /// Reports of sweeps on one store.
    public var sweptStores = 0

    /// Counts begin at 0.
    public init() {}

    /// Whether there is nothing of any of these kinds.
    public var isNothing: Bool { readings + midstates + baselines + sweptStores == 0 }
}

/// A person's word that a backup is not to be deleted, whatever retention says.
public struct KeepMark: Sendable, Equatable {
    /// The backup that is marked; the newest mark of a place is the one that counts.
    public var place: BackupPlace
    /// It protects until then; in the past where a person took it back.
    public var until: Timestamp
    /// What the person typed, which is never blank.
    public var reason: String
    /// The person's name as the operating system knows it.
    public var who: String
    /// When it was said.
    public var at: Timestamp

    /// Whether its time is over is for the reader to see: marks stay after that.
    public init(place: BackupPlace, until: Timestamp, reason: String, who: String, at: Timestamp) {
        (self.place, self.until, self.reason) = (place, until, reason)
        (self.who, self.at) = (who, at)
    }
}
