// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A restore that was carried out up to the switch and taken away again.
public struct Rehearsal: Sendable {
    /// As far as it came.
    public var report: RestoreReport
    /// Why it came no further; nil when every step was done, whatever the checks say.
    public var failure: (any Error)?
    /// What became of what it had made.
    public var cleanUp: CleanUp

    /// What was left to be placed; nil unless that was asked for and all went well.
    public var cluster: RehearsedCluster?

    /// Nothing is left to be placed until `cluster` is set.
    public init(report: RestoreReport, failure: (any Error)?, cleanUp: CleanUp) {
        (self.report, self.failure, self.cleanUp) = (report, failure, cleanUp)
    }

    /// What stays when it is over.
    public enum Keeping: Sendable {
        case nothing
        /// What somebody may want to look at.
        case failed
        /// That, and what a restore can place.
        case all
    }

    /// What became of the files.
    public enum CleanUp: Sendable, Equatable {
        case removed
        /// As somebody asked for.
        case kept
        case failed(String)
    }
}
