// SPDX-License-Identifier: Apache-2.0

/// A restore, with what is known of its end.
public struct RestoreLine: Sendable, Equatable {
    /// How far a restore has come.
    public enum State: String, Sendable {
        case running, ended
        /// It has no end, and its process is gone.
        case interrupted
        /// It has no end, and runs on another host, or was killed there.
        case unknown
    }

    /// The number under which its phases and its end are kept.
    public var id: RestoreID
    /// As seen from this process: without an end it depends on whether its own process lives.
    public var state: State
    /// What was known when it began.
    public var start: RestoreStart
    /// In the order in which they were over.
    public var phases: [RestorePhase]
    /// Its findings are those that were kept.
    public var end: RestoreEnd?
    /// How many findings there were.
    public var findings: Int
    /// In which process it runs or ran; without an end, that tells whether it goes on.
    public var process: ProcessIdentity

    /// `findings` counts those, too, of which the history did not keep any more.
    public init(
        id: RestoreID, state: State, start: RestoreStart, phases: [RestorePhase], end: RestoreEnd?,
        findings: Int, process: ProcessIdentity
    ) {
        (self.id, self.state, self.start) = (id, state, start)
        (self.phases, self.end, self.findings) = (phases, end, findings)
        self.process = process
    }

    /// From its start to its end by the clock on the wall; nil without an end.
    public var seconds: Double? {
        end.map { max(0, Double($0.ended.nanoseconds) - Double(start.started.nanoseconds)) / 1e9 }
    }
}
