// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging
import Restorer

/// Takes away what trials have left that were killed, or whose time to be looked at is over.
public struct ReapTrials: Sendable {
    private let folder: String
    private let context: OperationContext

    /// `folder` is the one for all trials; an absolute path.
    public init(in folder: String, _ context: OperationContext) {
        (self.folder, self.context) = (folder, context)
    }

    /// Removes what it can and says which folders these were; what cannot be removed goes into the log, and the next one tries it
    /// again.
    @discardableResult
    public func run() -> [String] {
        TrialScratch.left(in: folder).filter(isOver).compactMap { scratch in
            do {
                _ = try LeftRestore(of: scratch.target).discard(context.cancellation)
                try scratch.remove()
                return scratch.path
            } catch {
                context.logger.warning(
                    "what an earlier trial left cannot be removed",
                    metadata: ["folder": "\(ObjectName(scratch.path))", "why": "\(error)"])
                return nil
            }
        }
    }

    /// What nobody can tell the time of stays, and is told: it would stay for ever, and nobody would know.
    private func isOver(_ scratch: TrialScratch) -> Bool {
        let keeping = scratch.keeping(at: context.clock.now)
        if keeping == .unknown {
            context.logger.warning(
                "what an earlier trial left says nothing of how long it is to be kept: remove it by hand",
                metadata: ["folder": "\(ObjectName(scratch.path))"])
        }
        return keeping == .over
    }
}
