// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Files
import PrivatePostgres
import Restorer

/// Restores a backup for trial: into a folder of its own, by the same steps as a restore, asks what came up, and takes it away.
///
/// First `prepare`, which makes the folder and plans, then `run` of what it gives, exactly once.
public struct TryBackup: Sendable {
    private let order: TrialOrder
    private let memory: Memory
    private let context: OperationContext

    /// Makes no folder and opens no store yet.
    public init(_ order: TrialOrder, _ memory: Memory, _ context: OperationContext) {
        (self.order, self.memory, self.context) = (order, memory, context)
    }

    /// Clears up after earlier trials, chooses the backup and plans; what can be refused before a byte is read is refused here.
    public func prepare() throws -> PreparedTrial {
        let (begun, watch) = (context.clock.now, Stopwatch())
        // Foreign code may run as the same user, and this process has the keys to the store.
        try OwnProcess.closeToOthers()
        try refuseCommands()
        try TrialPassage(to: order.scratch, for: order.owner).require()
        ReapTrials(in: order.scratch, context).run()
        let scratch = try TrialScratch.make(in: order.scratch)
        do {
            try requireIsolation(in: scratch)
            let restore = try plan(in: scratch)
            if let objection = restore.plan.objections.first { throw objection }
            return PreparedTrial(
                scratch: scratch, order: order, memory: memory, context: context, prepared: restore,
                begun: begun, watch: watch)
        } catch {
            try? scratch.remove()
            throw error
        }
    }

    /// A command can do what it likes to a cluster, and what is kept for a restore is to be what was recovered.
    private func refuseCommands() throws(OperationError) {
        guard order.keepsResultFor != nil, let command = order.checks.file?.checks.first(where: \.isCommand)
        else { return }
        throw .usage(
            "the check '\(ObjectName(command.name))' is a command, which could change what --promotable keeps",
            hint: "leave out --promotable, or take a file of checks without commands.")
    }

    /// Before anything is read: what the cluster brings can be held here.
    private func requireIsolation(in scratch: TrialScratch) throws {
        guard !context.isContained, !order.foreignCode.allowsWeakIsolation else { return }
        let launcher = try Launcher(for: order.owner, search: order.searchPath)
        let program = try context.program()
        try Isolation.find(
            executable: program, launcher: launcher, showing: [scratch.path], trying: scratch.tablespaces,
            running: [program], largestFile: 1 << 30
        ).require()
    }

    private func plan(in scratch: TrialScratch) throws -> PreparedRestore {
        let prepared = try RestoreBackup(order.restore(in: scratch), memory, context).prepare()
        guard let seed = order.seed else { return prepared }
        let plan = prepared.plan
        let moment = try RandomMoment(in: plan.window, after: plan.time?.timestamp, seed: seed)
        var order = order.restore(in: scratch)
        order.backup = plan.backup.label
        order.request.goal.target = .time(moment.time)
        var other = try RestoreBackup(order, memory, context).prepare()
        // The backup was chosen before the time was.
        other.plan.skipped = plan.skipped
        return other
    }
}
