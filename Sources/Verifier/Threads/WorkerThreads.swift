// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Threads of our own: blocking work must not sit on the threads that tasks share.
enum WorkerThreads {
    /// Runs `body` on `count` threads, the calling one included, and returns when all have ended.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let others = (1..<max(count, 1)).compactMap { index in start { body(index) } }
        body(0)
        for thread in others { pthread_join(thread, nil) }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Nil when the system has no thread left; the work is then done by the threads there are.
    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if status != 0 { work.release() }
        return status == 0 ? thread : nil
    }
}
