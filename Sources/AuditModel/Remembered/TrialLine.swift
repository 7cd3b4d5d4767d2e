// SPDX-License-Identifier: Apache-2.0

/// A trial restore, with what is known of its end.
public struct TrialLine: Sendable, Equatable {
    /// The number under which its phases, checks and baseline are kept.
    public var id: TrialID
    /// As of a restore: without an end it depends on whether its own process lives.
    public var state: RestoreLine.State
    /// What was known when it began.
    public var start: TrialStart
    /// Its findings are those that were kept.
    public var end: TrialEnd?
    /// How many findings there were.
    public var findings: Int
    /// In which process it runs or ran; without an end, that tells whether it goes on.
    public var process: ProcessIdentity

    /// `findings` counts those, too, of which the history did not keep any more.
    public init(
        id: TrialID, state: RestoreLine.State, start: TrialStart, end: TrialEnd?, findings: Int = 0,
        process: ProcessIdentity
    ) {
        (self.id, self.state, self.start, self.end) = (id, state, start, end)
        (self.findings, self.process) = (findings, process)
    }

    /// From its start to its end by the clock on the wall; nil without an end.
    public var seconds: Double? {
        end.map { max(0, Double($0.ended.nanoseconds) - Double(start.started.nanoseconds)) / 1e9 }
    }
}
