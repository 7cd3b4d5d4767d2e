// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// All that a report is made of: what the history tells of a period, and what the configuration promises.
///
/// Values alone, so the same facts give the same report, on whatever machine.
public struct ReportFacts: Sendable {
    /// What the report is about.
    public var period: ReportPeriod
    /// When the history was read for it.
    public var made: Timestamp
    /// Of the program that makes it.
    public var toolVersion: String
    /// SHA-256 of that program's file, in hex digits; nil where it cannot be read.
    public var toolDigest: String?
    /// Those of the configuration, in its order.
    public var stores: [ReportedStore]
    /// That began in the period, the oldest first.
    public var sweeps: [SweepLine] = []
    /// By the store's name and the backup's label, what looks of the period came to, of those that `calendar` names.
    public var looks: [String: [String: [DatedLevel]]] = [:]
    /// Damage that anybody had found and that was not over when the period began, the oldest first.
    public var damage: [FoundDamage] = []
    /// That began in the period, the oldest first.
    public var trials: [TrialLine] = []
    /// Restores that began in the period, the oldest first.
    public var restores: [RestoreLine] = []
    /// That were open at some time of the period, the oldest first.
    public var incidents: [Incident] = []
    /// That happened in the period, the oldest first: acceptances, histories moved aside, locks taken over.
    public var events: [EventLine] = []
    /// Slots of the period that no sweep has run, the oldest first.
    public var givenUp: [GivenUpSlot] = []

    /// Where sweeps put checkpoints, as the configuration says it.
    public var checkpointCopies: [String] = []

    /// What is signed of the history; nil where nothing is.
    public var evidence: SignedTree?

    /// What is not said here is empty.
    public init(
        _ period: ReportPeriod, made: Timestamp, toolVersion: String, toolDigest: String? = nil,
        stores: [ReportedStore]
    ) {
        (self.period, self.made, self.stores) = (period, made, stores)
        (self.toolVersion, self.toolDigest) = (toolVersion, toolDigest)
    }
}

/// A store as the configuration has it when the report is made.
public struct ReportedStore: Sendable, Equatable {
    /// As the configuration calls it.
    public var name: String
    /// As the history calls it: `s3://bucket/prefix` or a directory.
    public var location: String
    /// What is to be proven and expected, a sentence each without its stop; empty where nothing is asked for.
    public var policy: [String]
    /// Whether every backup is to be read, or more, within some time.
    public var asksForReading: Bool
    /// Within how many seconds; nil where it is not asked for.
    public var readWithin: Double?
    /// Whether trial restores are asked for.
    public var asksForTrials: Bool
    /// Whether a new backup is expected at certain times.
    public var expectsBackups: Bool
    /// Whether it says which backups may not be deleted.
    public var keepsBackups: Bool
    /// Whether second stores must hold the same.
    public var hasCopies: Bool
    /// The names of those stores.
    public var copies: [String] = []
    /// Whether it is there for the copies of another store alone.
    public var isCopy = false
    /// For how many seconds nobody need look at it: from sweep to sweep, and some more.
    public var patience = 172_800.0
    /// How many seconds of work may be lost; nil without a promise.
    public var targetRPO: Double?
    /// How many seconds a restore may take; nil without a promise.
    public var targetRTO: Double?

    /// With nothing promised.
    public init(_ name: String, location: String) {
        (self.name, self.location, policy) = (name, location, [])
        (asksForReading, asksForTrials, expectsBackups) = (false, false, false)
        (keepsBackups, hasCopies) = (false, false)
    }

    /// Whether a place is the store's or lies in it.
    func holds(_ place: String) -> Bool { label(of: place) != nil }

    /// What a store calls the backup at a place; nil for one that is not its.
    func label(of place: String) -> String? {
        guard place.utf8.starts(with: location.utf8) else { return nil }
        let rest = place.utf8.dropFirst(location.utf8.count)
        guard let first = rest.first else { return String(location.split(separator: "/").last ?? "") }
        return first == UInt8(ascii: "/") ? String(decoding: rest.dropFirst(), as: UTF8.self) : nil
    }
}
