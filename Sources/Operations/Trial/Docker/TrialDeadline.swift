// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import Threads

/// The end of the time for a trial that runs where its own watch may be told what to do.
///
/// Counted from the moment its server is about to run: before that no foreign code does.
final class TrialDeadline: Sendable {
    private enum State {
        case unset
        case running(until: ContinuousClock.Instant)
        case passed, over
    }

    /// For all that the server may take.
    private let limit: Duration
    private let state = Mutex(State.unset)

    init(of limit: Duration) { self.limit = limit }

    /// As long again for the pages, which are summed when the server has stopped, and some for its stop.
    var allowance: Duration { limit * 2 + .seconds(10) }

    var hasPassed: Bool { state.withLock { if case .passed = $0 { true } else { false } } }

    /// Begins to count; only once.
    func begin() {
        state.withLock { state in
            if case .unset = state { state = .running(until: .now + allowance) }
        }
    }

    /// Calls `late` from another thread where `body` takes longer.
    func hold<Result>(late: @escaping @Sendable () -> Void, _ body: () throws -> Result) throws -> Result {
        guard let watch = WorkerThread.start({ self.watch(late) }) else {
            throw OperationError.usage("no thread is left", hint: "free some.")
        }
        defer {
            state.withLock { state in
                if case .passed = state { return }
                state = .over
            }
            watch.join()
        }
        return try body()
    }

    private func watch(_ late: () -> Void) {
        while true {
            let isPassed = state.withLock { state -> Bool? in
                switch state {
                case .unset: return false
                case .running(let end):
                    guard ContinuousClock.now >= end else { return false }
                    state = .passed
                    return true
                case .passed, .over: return nil
                }
            }
            guard let isPassed else { return }
            if isPassed { late() } else { usleep(100_000) }
        }
    }
}
