// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Threads

/// A thread that takes one object's contents apart while another one reads it.
final class InspectionThread {
    private let relay = Relay()
    private let writer: Relay.Writer
    private let contents = Result()
    private let thread: WorkerThread

    private final class Result: Sendable {
        let value = Mutex<ObjectContents?>(nil)
    }

    /// Nil when the system has no thread left.
    init?(_ order: InspectionOrder) {
        let (relay, result) = (relay, contents)
        guard
            let thread = WorkerThread.start({
                let inspector = order.inspector()
                relay.drain { inspector.take($0) }
                let contents = inspector.finish()
                result.value.withLock { $0 = contents }
            })
        else { return nil }
        self.thread = thread
        writer = Relay.Writer(relay)
    }

    func take(_ bytes: RawSpan) { writer.take(bytes) }

    /// Nothing more will come; returns when the thread has ended.
    func end() {
        writer.end()
        thread.join()
    }

    func finish() -> ObjectContents? {
        end()
        return contents.value.withLock { $0 }
    }
}
