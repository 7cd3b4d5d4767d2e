// SPDX-License-Identifier: Apache-2.0

/// The stretches of WAL that a backup needs, and how much of them came.
struct WALNeed: Sendable {
    /// How many missing segments are told at most.
    private static let mostMissing = 1000

    /// Nil when nobody says what is needed: then everything is.
    private let ranges: [WALRange]?
    private var seen: Set<WALFileName> = []
    /// The timelines whose stretch was read to its end.
    private var completed: Set<UInt32> = []

    init(_ ranges: [WALRange]?) { self.ranges = ranges }

    /// Whether somebody says what is needed.
    var isKnown: Bool { ranges != nil }

    func range(of timeline: UInt32) -> WALRange? { ranges?.first { $0.timeline == timeline } }

    /// Whether a segment holds anything that is needed.
    func includes(_ number: UInt64, of timeline: UInt32, size: UInt32) -> Bool {
        range(of: timeline).map { WALFileName.segments(of: $0, size: size).contains(number) } ?? !isKnown
    }

    mutating func note(_ segment: WALFileName) { seen.insert(segment) }

    mutating func complete(_ timeline: UInt32) { completed.insert(timeline) }

    /// What came of it; `start` is where the backup's label says that it starts, and sizes are in bytes.
    func outcome(
        start: LogSequenceNumber?, _ sound: SoundWAL, hasFaults: Bool, segmentSize: UInt32?
    ) -> WALOutcome {
        if seen.isEmpty && !hasFaults { return .absent }
        guard let ranges else { return hasFaults ? .faulty : sound.outcome(start: start) }
        guard let segmentSize else { return .faulty }
        let missing = Array(
            WALFileName.names(of: ranges, size: segmentSize).lazy.filter { !seen.contains($0) }
                .prefix(Self.mostMissing))
        if !missing.isEmpty { return .gap(missing) }
        let isComplete = ranges.allSatisfy { completed.contains($0.timeline) || $0.start == $0.end }
        return !hasFaults && isComplete ? .complete : .faulty
    }
}
