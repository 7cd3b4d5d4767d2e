// SPDX-License-Identifier: Apache-2.0
import Glibc
import Threads

/// Looks for a regular expression in a text that a stranger wrote, for so long and no longer.
///
/// A search goes back and tries again, and a text can be made so that it does so for years. None can be broken off, so it has
/// a thread of its own; one that nobody waits for any more goes with the process.
struct PatternSearch {
    /// It did not come to an end in time.
    struct Unfinished: Error {}

    private let pattern: String

    /// What may be looked through, in characters.
    static let longestText = 4096

    /// The file of checks was read, so the pattern is one.
    init(for pattern: String) { self.pattern = pattern }

    /// False for a text that is longer than may be looked through.
    func finds(in text: String, within patience: Duration) throws(Unfinished) -> Bool {
        guard text.count <= Self.longestText else { return false }
        let (pattern, found) = (pattern, Monitor<Bool?>(nil))
        let thread = WorkerThread.start {
            let isFound = (try? Regex(pattern)).map { text.firstMatch(of: $0) != nil } ?? false
            found.withState { $0 = isFound }
        }
        guard let thread else { throw Unfinished() }
        let deadline = ContinuousClock.now + patience
        var pause: UInt32 = 100
        while ContinuousClock.now < deadline {
            if let isFound = found.withState({ $0 }) {
                thread.join()
                return isFound
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
        throw Unfinished()
    }
}
