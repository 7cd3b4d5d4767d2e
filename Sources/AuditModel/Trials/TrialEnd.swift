// SPDX-License-Identifier: Apache-2.0

/// What a trial restore has shown, and what became of it.
public struct TrialEnd: Sendable, Equatable, Codable {
    /// What became of what it had made: an outcome of its own, whatever the checks said.
    public enum CleanUp: Sendable, Equatable, Codable {
        /// Nothing of it is left.
        case removed
        /// It was asked to be kept, until then.
        case kept(until: Timestamp)
        /// Something is left that should not be.
        case failed(reason: String)
    }

    /// The status that the program exits with (`ExitStatus`).
    public var exitStatus: Int32
    /// `restored` or `exercised`, nothing else; nil when the server did not answer, and never with exit status 0.
    public var level: Level?
    /// Why it failed; nil when it did not.
    public var failure: String?
    /// The steps with their seconds and bytes, in the order in which they were over.
    public var phases: [RestorePhase]
    /// In the order in which they ran, those that did not run at the end.
    public var checks: [CheckResult]
    /// What was found in the backup and inside of the recovered cluster.
    public var findings: [Finding]
    /// Settings of the backup that did not count, by their names.
    public var neutralised: [String]
    /// How the server and its programs were held to what is theirs, such as `landlock`, `network namespace`.
    public var isolation: [String]
    /// Of `pg_control`: which cluster it is, so that only trials of the same one are compared; nil when it was not read.
    public var systemIdentifier: UInt64?
    /// As `server_version` says it, such as `15.10`.
    public var serverVersion: String?
    /// The digest of the container's image; nil without one.
    public var image: String?
    /// From the start of the trial until the server answered: what a real restore takes, in seconds.
    public var secondsToAnswer: Double?
    /// The newest moment whose data are there; nil where nothing tells.
    public var newestData: Timestamp?
    /// Where recovery ended, such as `0/3000150`.
    public var endPosition: String?
    /// When it failed and all else was well, the trial is inconclusive.
    public var cleanUp: CleanUp
    /// When the trial was over, its clean-up included.
    public var ended: Timestamp

    /// Nothing was left unless said otherwise; what was learned of server and cluster is set later.
    public init(
        exitStatus: Int32, level: Level? = nil, failure: String? = nil, phases: [RestorePhase] = [],
        checks: [CheckResult] = [], findings: [Finding] = [], cleanUp: CleanUp = .removed, ended: Timestamp
    ) {
        (self.exitStatus, self.level, self.failure) = (exitStatus, level, failure)
        (self.phases, self.checks, self.findings) = (phases, checks, findings)
        (neutralised, isolation) = ([], [])
        (self.cleanUp, self.ended) = (cleanUp, ended)
    }
}
