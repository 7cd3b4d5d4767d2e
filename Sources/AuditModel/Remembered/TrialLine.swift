// SPDX-License-Identifier: Apache-2.0

/// A trial restore, with what is known of its end.
public struct TrialLine: Sendable, Equatable {
    public var id: TrialID
    public var state: RestoreLine.State
    public var start: TrialStart
    public var end: TrialEnd?
    public var process: ProcessIdentity

    public init(
        id: TrialID, state: RestoreLine.State, start: TrialStart, end: TrialEnd?, process: ProcessIdentity
    ) {
        (self.id, self.state, self.start, self.end, self.process) = (id, state, start, end, process)
    }
}
