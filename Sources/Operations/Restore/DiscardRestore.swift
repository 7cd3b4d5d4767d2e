// SPDX-License-Identifier: Apache-2.0
import Restorer

/// Gives up what an earlier restore to a target has left, to be gone on with.
public struct DiscardRestore: Sendable {
    private let target: String
    private let context: OperationContext

    /// `target` is the directory that was to be made; an absolute path.
    public init(of target: String, _ context: OperationContext) {
        (self.target, self.context) = (target, context)
    }

    /// Removes it and says which folders these were; empty when nothing was left.
    ///
    /// Throws where a restore is under way, only lacks its last step, or a folder is not ours.
    public func run() throws -> [String] { try LeftRestore(of: target).discard(context.cancellation) }
}
