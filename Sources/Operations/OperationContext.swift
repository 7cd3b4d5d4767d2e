// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Logging

/// What every operation works with, handed to it by whoever runs it: a command, later a service.
///
/// An operation reads no environment, prints nothing, and has a cancellation of its own.
public struct OperationContext: Sendable {
    /// What tells the time of day.
    public var clock: WallClock
    /// Where warnings go; an operation says nothing else but its report.
    public var logger: Logger
    /// Of this operation alone; it may lie within the process's.
    public var cancellation: Cancellation
    /// What the history says an operation was done by.
    public var toolVersion: String
    /// Who or what started this process; nil where nobody says.
    public var startedBy: String?
    /// The configuration that counts; nil where none was read.
    public var configurationFile: String?
    /// The file of the key that signs for the history; nil for the one beside it.
    public var evidenceKey: String?
    /// The file of pg_backctl, which PostgreSQL gets its WAL with and which holds a server to its directories;
    /// nil where nobody can tell.
    ///
    /// Read when the operation is begun: the program may be replaced by a newer one while that goes on.
    public var executable: String?
    /// Whether this process is alone in a container that was made for this operation.
    var isContained = false

    /// For an operation that runs in pg_backctl itself.
    public init(clock: WallClock, logger: Logger, cancellation: Cancellation, toolVersion: String) {
        (self.clock, self.logger) = (clock, logger)
        (self.cancellation, self.toolVersion) = (cancellation, toolVersion)
        executable = try? OwnProgram.path()
    }

    /// The full path of pg_backctl; throws where nobody can tell.
    func program() throws -> String { try executable ?? OwnProgram.path() }
}
