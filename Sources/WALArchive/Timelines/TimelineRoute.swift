// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// The way of WAL from a backup's end to a timeline: on each timeline up to where the next one begins.
struct TimelineRoute: Equatable {
    struct Leg: Equatable {
        var timeline: UInt32
        /// The numbers of the segments; the last leg goes on as long as there are any.
        var first: UInt64
        var end: UInt64?
    }

    let legs: [Leg]

    /// Nil when the timeline does not come from the one that the backup ends on, at or after its end.
    ///
    /// The segment in which a timeline is left stands under the name of the next one.
    init?(
        from end: LogSequenceNumber, on timeline: UInt32, to target: UInt32, _ history: TimelineHistory?,
        segmentSize: UInt32
    ) {
        let size = UInt64(segmentSize)
        var first = end.position / size
        guard target != timeline else {
            legs = [Leg(timeline: timeline, first: first, end: nil)]
            return
        }
        let branches = history?.followed.filter { $0.timeline >= timeline } ?? []
        guard branches.first?.timeline == timeline, branches[0].end >= end else { return nil }
        var legs: [Leg] = []
        for branch in branches {
            let next = branch.end.position / size
            legs.append(Leg(timeline: branch.timeline, first: first, end: next))
            first = next
        }
        self.legs = legs + [Leg(timeline: target, first: first, end: nil)]
    }
}
