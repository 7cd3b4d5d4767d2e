// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Synchronization

/// How far the image of a trial has come, in one line; empty as long as nothing is pulled.
final class PullLine: Sendable {
    private let state = Mutex<(received: UInt64, expected: UInt64, watch: Stopwatch)?>(nil)

    func note(received: UInt64, expected: UInt64) {
        state.withLock { $0 = (received, expected, $0?.watch ?? Stopwatch()) }
    }

    var line: String {
        guard let (received, expected, watch) = state.withLock({ $0 }) else { return "" }
        let advance = Advance(done: received, total: max(received, expected), elapsed: watch.seconds)
        return Advance.line(["pulling the image"] + advance.parts)
    }
}
