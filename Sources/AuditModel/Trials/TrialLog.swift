// SPDX-License-Identifier: Apache-2.0

/// Where trial restores are remembered: each is begun, and ends with all that it has shown.
///
/// A trial without an end was killed, or is still under way. An error means that the memory itself failed.
public protocol TrialLog: Sendable {
    /// When this returns, the beginning survives a power failure: whoever clears up after a kill finds it.
    func begin(_ start: TrialStart) throws -> TrialID

    /// When this returns, the end survives a power failure, and so does what the trial saw in the catalogues, if it did.
    func end(_ trial: TrialID, _ end: TrialEnd, baseline: Baseline?) throws
}

extension TrialLog {
    /// Of a trial that did not come to see catalogues.
    public func end(_ trial: TrialID, _ end: TrialEnd) throws { try self.end(trial, end, baseline: nil) }
}

/// A trial restore in the log.
public struct TrialID: Hashable, Sendable {
    /// The number that listings show.
    public let value: Int64

    /// Of a trial in a history; 0 is given by a memory that keeps nothing.
    public init(_ value: Int64) { self.value = value }
}

/// A memory that keeps nothing, for `--no-history`.
public struct UnloggedTrial: TrialLog {
    /// Nothing is ever in it.
    public init() {}
    /// The same number 0 for every trial.
    public func begin(_ start: TrialStart) -> TrialID { TrialID(0) }
    /// Forgets the end, and what the trial saw in the catalogues.
    public func end(_ trial: TrialID, _ end: TrialEnd, baseline: Baseline?) {}
}
