// SPDX-License-Identifier: Apache-2.0

/// A trial restore, with what is known of its end.
public struct TrialLine: Sendable, Equatable {
    public var id: TrialID
    public var state: RestoreLine.State
    public var start: TrialStart
    /// Its findings are those that were kept.
    public var end: TrialEnd?
    /// How many findings there were.
    public var findings: Int
    public var process: ProcessIdentity

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
