// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A flag that asks threads to stop, looked at once per buffer.
///
/// It only ever goes from "go on" to "stop", and the first request stands. Requesting is safe in a signal
/// handler.
public final class Cancellation: Sendable {
    private let requested = Atomic<Int32>(0)

    public init() {}

    public var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }

    /// What the process ends with because of the request; nil while there is none.
    public var exitStatus: ExitStatus? {
        let status = requested.load(ordering: .relaxed)
        return status == 0 ? nil : ExitStatus(rawValue: status)
    }

    /// `status` is how the process is to end: `.interrupted` or `.terminated`.
    public func request(_ status: ExitStatus = .interrupted) {
        _ = requested.compareExchange(expected: 0, desired: status.rawValue, ordering: .relaxed)
    }
}
