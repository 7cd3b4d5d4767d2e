// SPDX-License-Identifier: Apache-2.0
import Operations

/// What stands after `--jobs` and beside `--no-history`, held to what can be done.
enum ReadingOptions {
    /// As many as there are processors, when nobody says; throws for what is no sensible number.
    static func jobs(_ jobs: Int?) throws -> Int {
        let jobs = jobs ?? Processors.count
        guard (1...64).contains(jobs) else {
            throw CommandError.usage(
                "--jobs \(jobs) is not between 1 and 64", hint: "a few per core are enough.")
        }
        return jobs
    }

    /// Throws when a history is named and none is to be kept.
    static func checkHistory(_ globals: GlobalOptions, noHistory: Bool) throws {
        guard noHistory, globals.history != nil else { return }
        throw CommandError.usage(
            "--history and --no-history exclude each other", hint: "leave one of them out.")
    }
}
