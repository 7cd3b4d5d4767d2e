// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Threads of our own: blocking work must not sit on the threads that tasks share.
public enum WorkerThreads {
    /// Runs `body` on `count` threads, the calling one included, and returns when all have ended.
    public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        // Where the system has no thread left, the work is done by the threads there are.
        let others = (1..<max(count, 1)).compactMap { index in WorkerThread.start { body(index) } }
        body(0)
        for thread in others { thread.join() }
    }
}

/// One thread of our own.
///
/// One that nobody joins goes on to its end when this is gone, and leaves nothing behind.
public final class WorkerThread {
    private let thread: pthread_t
    private var isJoined = false

    private init(_ thread: pthread_t) { self.thread = thread }

    // The stack of one that is neither joined nor detached stays for as long as the process lives.
    deinit { if !isJoined { pthread_detach(thread) } }

    /// Waits until the thread has ended.
    public func join() {
        guard !isJoined else { return }
        isJoined = true
        pthread_join(thread, nil)
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Nil when the system has no thread left.
    public static func start(_ body: @escaping @Sendable () -> Void) -> WorkerThread? {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if status != 0 { work.release() }
        return status == 0 ? WorkerThread(thread) : nil
    }
}
