// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// Runs the tasks of swift-subprocess on a queue of our own.
///
/// The threads that wait for a child process may be those that Swift's tasks share; a task that needed one of
/// them to go on would wait for ever.
final class OwnThreadExecutor: TaskExecutor {
    static let shared = OwnThreadExecutor()

    private let queue = DispatchQueue(label: "pg_backctl.child-processes", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
