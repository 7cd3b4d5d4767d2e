// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How many requests got which answer, counted over all threads that use a store.
public final class RequestCount: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    /// Of a store that was asked nothing yet.
    public init() {}

    /// By HTTP status; 0 where there was no answer.
    public var byStatus: [Int: Int] { counts.withLock { $0 } }

    func note(_ status: Int) { counts.withLock { $0[status, default: 0] += 1 } }
}
