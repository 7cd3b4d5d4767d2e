// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import PrivatePostgres

/// A trial restore of which nobody says what runs it: programs of this machine, or a container where they are missing.
public struct TryWhereItCan: Sendable {
    /// A trial that only has to be run.
    public enum Prepared: Sendable {
        case local(PreparedTrial)
        case contained(PreparedContainerTrial)
    }

    private let order: TrialOrder
    private let runtime: ContainerOrder
    private let memory: Memory
    private let context: OperationContext
    private let owner: String?

    /// The owner in `order` is that of a container; here it is the user of this name, nil for the usual one.
    public init(
        _ order: TrialOrder, _ runtime: ContainerOrder, _ memory: Memory, _ context: OperationContext,
        owner: String? = nil
    ) {
        (self.order, self.runtime, self.memory, self.context) = (order, runtime, memory, context)
        self.owner = owner
    }

    /// Prepares it where it can be run; `pulled` as for `TryInContainer`.
    ///
    /// Throws `OperationError.noRuntime` when it can be run nowhere.
    public func prepare(
        pulled: (_ received: UInt64, _ expected: UInt64) -> Void = { _, _ in }
    ) throws -> Prepared {
        let lack: any UserError
        do { return .local(try prepareLocal()) } catch let error as Lack { lack = error.reason }
        do {
            return .contained(
                try TryInContainer(order, runtime, memory, context).prepare(pulled: pulled))
        } catch let error as any UserError where error.exitStatus == .commandNotFound {
            throw OperationError.noRuntime(
                local: lack.message, container: error.message, hints: lack.hints + error.hints)
        }
    }

    /// This machine has no programs of PostgreSQL, or no user to run them.
    private struct Lack: Error {
        var reason: any UserError
    }

    private func prepareLocal() throws -> PreparedTrial {
        var local = order
        do throws(PrivatePostgresError) { local.owner = try ServerOwner.find(owner) } catch {
            throw Lack(reason: error)
        }
        do { return try TryBackup(local, memory, context).prepare() } catch let error as any UserError
            where error.exitStatus == .commandNotFound
        {
            throw Lack(reason: error)
        }
    }
}
