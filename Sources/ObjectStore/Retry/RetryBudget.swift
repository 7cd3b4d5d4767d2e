// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What all operations on a store together may spend on repetitions: a token bucket.
///
/// When a store is down, hundreds of objects would each be tried six times; once the bucket is empty each
/// is tried once. A success after failures gives their price back, any other success a fifth of one.
final class RetryBudget: Sendable {
    private let capacity: Int
    private let tokens: Mutex<Int>

    private static let price = 5

    init(repetitions: Int) {
        capacity = max(0, min(repetitions, 1 << 30)) * Self.price
        tokens = Mutex(capacity)
    }

    /// Takes the price of one repetition; false when there is not enough.
    func take() -> Bool {
        tokens.withLock { tokens in
            guard tokens >= Self.price else { return false }
            tokens -= Self.price
            return true
        }
    }

    func refund(repetitions: Int) {
        let earned = repetitions > 0 ? repetitions * Self.price : 1
        tokens.withLock { $0 = min(capacity, $0 + earned) }
    }
}
