// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How many objects are being taken apart at once, so that threads and cores come out even.
public final class InspectionRoom: Sendable {
    private let active = Atomic<Int>(0)
    private let processors: Int

    /// Nothing is under way; objects get threads of their own as long as two for each fit into `processors`.
    public init(processors: Int) { self.processors = processors }

    /// Counts one more; says whether there is a core for a thread beside the reading one.
    func enter() -> Bool { active.add(1, ordering: .relaxed).newValue * 2 <= processors }

    func leave() { active.subtract(1, ordering: .relaxed) }
}
