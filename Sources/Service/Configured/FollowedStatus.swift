// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Logging
public import Operations
public import Settings
import Synchronization

/// How everything stands, by the configuration that was read last.
public final class FollowedStatus: Sendable {
    private let began: Configuration
    private let memory: Memory
    private let context: OperationContext
    private let aftermath: Mutex<Aftermath>

    /// Throws for what the configuration says and nobody can do.
    public init(_ configuration: Configuration, _ memory: Memory, _ context: OperationContext) throws {
        (began, self.memory, self.context) = (configuration, memory, context)
        aftermath = Mutex(try Aftermath(configuration, memory, context))
    }

    /// Goes by another configuration from now on, and says what of it takes a restart.
    public func follow(_ configuration: Configuration) throws {
        let next = try Aftermath(configuration, memory, context)
        aftermath.withLock { $0 = next }
        for (key, isOther) in [
            ("serve", configuration.serve != began.serve),
            ("history", configuration.history != began.history),
        ] where isOther {
            context.logger.warning("'\(key)' of the configuration has changed: that takes a restart")
        }
    }

    /// Reads the history.
    @Sendable public func status() throws -> ServiceStatus { try aftermath.withLock { $0 }.status() }

    /// Throws where the history cannot be read.
    @Sendable public func ready() throws { try aftermath.withLock { $0 }.ready() }
}
