// SPDX-License-Identifier: Apache-2.0
import BackupFormats
public import ObjectStore

/// Which segments of a timeline an archive holds from a place on, by their names.
public struct SegmentRuns: Sendable, Equatable {
    /// Numbers that follow one another without a gap, ascending; between two of them something is missing.
    public private(set) var runs: [ClosedRange<UInt64>] = []
    /// Those among them that cannot be read before somebody has them brought back, by their numbers.
    public private(set) var cold: [UInt64: StoredObject] = [:]
    /// Whether there may be more than were looked for.
    public internal(set) var isCut = false

    /// The number of the last segment; nil when there is none.
    public var last: UInt64? { runs.last?.upperBound }

    /// Notes a segment; numbers come in ascending order.
    mutating func add(_ number: UInt64) {
        if let last = runs.last, last.upperBound + 1 == number {
            runs[runs.count - 1] = last.lowerBound...number
        } else {
            runs.append(number...number)
        }
    }

    /// Notes that the one that was added last is there in a storage class only that cannot be read.
    mutating func addCold(_ object: StoredObject) {
        if let last { cold[last] = object }
    }

    func contains(_ number: UInt64) -> Bool { runs.contains { $0.contains(number) } }

    /// The last of those that follow `number` without a gap; nil when that one is missing itself.
    func lastInRow(from number: UInt64) -> UInt64? { runs.first { $0.contains(number) }?.upperBound }

    /// How many there are from `number` on, and below `end`, where one is given.
    func count(from number: UInt64, below end: UInt64? = nil) -> UInt64 {
        runs.reduce(0) { sum, run in
            let first = max(run.lowerBound, number)
            let past = min(run.upperBound + 1, end ?? .max)
            return first < past ? sum + past - first : sum
        }
    }
}
