// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import DockerEngine
import Restorer

/// Restores a backup for trial in a container: the same steps by the same program, which is put into it.
///
/// The container has no network and gets no keys; what it reads is lent to it (`StoreLender`). First `prepare`, then `run` of
/// what it gives, exactly once.
public struct TryInContainer: Sendable {
    private let order: TrialOrder
    private let runtime: ContainerOrder
    private let memory: Memory
    private let context: OperationContext

    /// Asks neither the engine nor the store anything yet.
    public init(
        _ order: TrialOrder, _ runtime: ContainerOrder, _ memory: Memory, _ context: OperationContext
    ) {
        (self.order, self.runtime, self.memory, self.context) = (order, runtime, memory, context)
    }

    /// Finds the engine, clears up after earlier trials, chooses the backup and has its image.
    ///
    /// `pulled` is told how many bytes of so many have come, where an image is pulled.
    public func prepare(
        pulled: (_ received: UInt64, _ expected: UInt64) -> Void = { _, _ in }
    ) throws -> PreparedContainerTrial {
        let (begun, watch) = (context.clock.now, Stopwatch())
        let engine = try Engine.found(in: runtime.engine, cancellation: context.cancellation)
        try ReapContainers(engine: engine, context: context).run()
        let restore = try RestoreBackup(order.restore(to: TrialContainer.scratch), memory, context)
        let choice = try restore.choose()
        let facts = try BackupFacts.read(choice.backup, in: restore.store, memory: BackupMemory())
        let image = try TrialImage(
            runtime, version: facts.majorVersion, of: choice.backup.label, engine
        ) { pulled($0.received, $0.expected) }
        return PreparedContainerTrial(
            order: order, runtime: runtime, engine: engine, image: image, restore: restore, choice: choice,
            begun: begun, watch: watch)
    }
}
