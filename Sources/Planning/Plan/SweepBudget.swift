// SPDX-License-Identifier: Apache-2.0

/// What a sweep may take.
public struct SweepBudget: Sendable, Equatable, Codable {
    /// So many bytes are read at most; nil for any number.
    public var bytes: UInt64?
    /// Bytes a second at most; nil for as fast as it goes.
    public var rate: Double?
    /// Threads that read.
    public var jobs: Int
    /// So many trial restores at most; nil for any number.
    public var trials: Int?
    /// In seconds: how long it may take; nil for any time.
    public var window: Double?

    /// One job and no limit, unless they are given.
    public init(
        bytes: UInt64? = nil, rate: Double? = nil, jobs: Int = 1, trials: Int? = nil, window: Double? = nil
    ) {
        (self.bytes, self.rate, self.jobs, self.trials, self.window) = (bytes, rate, jobs, trials, window)
    }

    /// The bytes that are read in its window at such a speed; nil without limit.
    func capacity(at speed: SweepSpeed) -> UInt64? {
        let timed = window.map { UInt64(max(0, min($0 * limited(speed.hashing), 1e18))) }
        guard let bytes, let timed else { return bytes ?? timed }
        return min(bytes, timed)
    }

    func limited(_ speed: Double) -> Double { max(1, min(speed, rate ?? .infinity, 1e15)) }
}

/// How fast this machine reads a store with the jobs of the budget, in bytes a second.
public struct SweepSpeed: Sendable, Equatable, Codable {
    /// Reading and hashing.
    public var hashing: Double
    /// Reading, unpacking and looking at the contents.
    public var inspecting: Double
    /// Reading, unpacking, writing and recovering.
    public var restoring: Double
    /// It was measured; else it is what such machines usually do.
    public var isMeasured: Bool

    /// All three in bytes a second.
    public init(hashing: Double, inspecting: Double, restoring: Double, isMeasured: Bool) {
        (self.hashing, self.inspecting, self.restoring) = (hashing, inspecting, restoring)
        self.isMeasured = isMeasured
    }

    /// What such machines usually do, over one connection and one core each.
    public static let usual = SweepSpeed(hashing: 80e6, inspecting: 60e6, restoring: 40e6, isMeasured: false)
}

/// A store that is to be swept.
public struct StoreToSweep: Sendable, Equatable {
    /// As the configuration calls it.
    public var name: String
    /// What is to be shown of its backups, and how fresh that must be.
    public var policy: ProofPolicy
    /// All that are known, those that are gone included: their trials still count.
    public var backups: [KnownBackup]

    /// The order of the backups makes no difference.
    public init(name: String, policy: ProofPolicy, backups: [KnownBackup]) {
        (self.name, self.policy, self.backups) = (name, policy, backups)
    }
}
