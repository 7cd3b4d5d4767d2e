// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Verifier

/// What a verification is asked for.
public struct VerifyOrder: Sendable {
    /// How much is to be shown of each backup.
    public var level: Level
    /// Start over: neither what an interrupted run left nor earlier states are used.
    public var isFresh: Bool
    /// How many objects, or parts of objects, are worked on at once.
    public var jobs: Int

    /// At least one job is run, whatever is asked for.
    public init(level: Level, isFresh: Bool = false, jobs: Int) {
        (self.level, self.isFresh, self.jobs) = (level, isFresh, jobs)
    }

    /// The same for the Verifier.
    func options(_ context: OperationContext) -> VerificationOptions {
        VerificationOptions(
            level: level, isFresh: isFresh, jobs: jobs, processors: Processors.count,
            toolVersion: context.toolVersion)
    }
}
