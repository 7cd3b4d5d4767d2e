// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Threads

/// Shows on the terminal how far something is, while it is under way.
struct ProgressDisplay: Sendable {
    private static let microsecondsBetweenLines: UInt32 = 200_000

    let terminal: Terminal

    /// Redraws what `line` gives a few times a second while `body` runs, and removes it in the end.
    ///
    /// `line` is called on a thread of its own, so that nobody who works waits for the terminal.
    func whileShown<Result>(
        _ line: @escaping @Sendable () -> String, _ body: () throws -> Result
    ) rethrows -> Result {
        guard terminal.showsProgress else { return try body() }
        let isOver = Monitor(false)
        let thread = WorkerThread.start { [terminal] in
            while !isOver.withState({ $0 }) {
                terminal.show(progress: line())
                usleep(Self.microsecondsBetweenLines)
            }
        }
        defer {
            isOver.withState { $0 = true }
            thread?.join()
            terminal.show(progress: "")
        }
        return try body()
    }
}

/// How far, how fast and how long still, in words.
struct Advance: Sendable {
    var done: UInt64
    var total: UInt64
    /// In seconds since the first of `done`.
    var elapsed: Double

    /// `1.2 GB of 22.4 GB`, `546 MB/s` and `41 s left`, as far as they can be told.
    var parts: [String] {
        ["\(Units.bytes(done)) of \(Units.bytes(total))", Units.rate(done, seconds: elapsed), left]
    }

    /// The parts that say something, as one line.
    static func line(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: "  ·  ")
    }

    private var left: String {
        guard done > 0, elapsed > 1, total > done else { return "" }
        return Units.duration(elapsed / Double(done) * Double(total - done)) + " left"
    }
}
