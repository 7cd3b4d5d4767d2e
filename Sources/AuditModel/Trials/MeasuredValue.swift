// SPDX-License-Identifier: Apache-2.0

/// What a check measured in a trial restore that has ended: what a later one is held against.
public struct MeasuredValue: Sendable, Equatable {
    /// The trial that measured it.
    public var trial: TrialID
    /// Of the backup that was tried.
    public var place: BackupPlace
    /// In whatever the check counts.
    public var value: Double
    /// What the check came to there: a value that was wrong then is no measure of what is right.
    public var outcome: CheckResult.Outcome
    /// When that trial ended.
    public var ended: Timestamp

    /// Of a check that came to a number, whatever its outcome was.
    public init(
        trial: TrialID, place: BackupPlace, value: Double, outcome: CheckResult.Outcome, ended: Timestamp
    ) {
        (self.trial, self.place, self.value) = (trial, place, value)
        (self.outcome, self.ended) = (outcome, ended)
    }
}
