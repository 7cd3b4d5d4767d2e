// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Something that happens once, and that threads wait for.
final class Occasion: Sendable {
    private let happened = Atomic<Bool>(false)

    func happen() { happened.store(true, ordering: .releasing) }

    var isOver: Bool { happened.load(ordering: .acquiring) }

    /// Waits for a minute at most, so that a test that is wrong ends.
    func wait() {
        for _ in 0..<60_000 where !isOver { usleep(1000) }
    }
}
