// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// Which of the segments that somebody needs an archive holds, by their names.
public struct WALCoverage: Sendable, Equatable {
    /// How many of them are there.
    public var present: UInt64 = 0
    /// How many are not, and the first thousand of those.
    public var missingCount: UInt64 = 0
    /// Those that are not there, the first of them.
    public var missing: [WALFileName] = []

    /// Whether none is missing.
    public var isComplete: Bool { missingCount == 0 }

    mutating func add(_ name: WALFileName, isThere: Bool) {
        guard !isThere else { return present += 1 }
        missingCount += 1
        if missing.count < 1000 { missing.append(name) }
    }
}
