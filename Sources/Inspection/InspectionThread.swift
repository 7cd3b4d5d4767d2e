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
    ///
    /// The inspector is made by the reading thread: whether an object is read from where an earlier restore kept
    /// it is settled before the first byte is asked for.
    init?(_ inspector: ObjectInspector) {
        let (relay, result) = (relay, contents)
        // The one thread uses it from here on, which the compiler cannot see.
        nonisolated(unsafe) let inspector = inspector
        guard
            let thread = WorkerThread.start({
                relay.drain { inspector.receive($0) }
                let contents = inspector.finish()
                result.value.withLock { $0 = contents }
            })
        else { return nil }
        self.thread = thread
        writer = Relay.Writer(relay)
    }

    func receive(_ bytes: RawSpan) { writer.receive(bytes) }

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
