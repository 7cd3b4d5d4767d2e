// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A flag that asks threads to stop, looked at once per buffer.
///
/// It only ever goes from "go on" to "stop". Setting it is safe in a signal handler.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    public init() {}

    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    public func request() { flag.store(true, ordering: .relaxed) }
}
