// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A flag that asks threads to stop, looked at once per buffer.
///
/// It only ever goes from "go on" to "stop", and the first request stands. Requesting is safe in a signal
/// handler. Each operation has one of its own, within that of its process: who asks one operation to stop stops
/// no other, and who asks the process stops all.
public final class Cancellation: Sendable {
    private let requested = Atomic<Int32>(0)
    private let outer: Cancellation?

    /// A flag that is also up as soon as `outer` is.
    public init(within outer: Cancellation? = nil) { self.outer = outer }

    /// Whether somebody has asked for it, here or above.
    public var isRequested: Bool { status != 0 }

    /// What the process ends with because of the request; nil while there is none.
    public var exitStatus: ExitStatus? { status == 0 ? nil : ExitStatus(rawValue: status) }

    /// `status` is how the process is to end: `.interrupted` or `.terminated`.
    public func request(_ status: ExitStatus = .interrupted) {
        _ = requested.compareExchange(expected: 0, desired: status.rawValue, ordering: .relaxed)
    }

    private var status: Int32 {
        let own = requested.load(ordering: .relaxed)
        return own != 0 ? own : outer?.status ?? 0
    }
}
