// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// Which timeline a recovery follows, and why; or that only a person can say.
///
/// It is made from values alone: the histories and the names of segments that an archive holds.
public struct TimelineDecision: Sendable, Equatable {
    /// A timeline that comes from where the backup ends, with what the archive has of it.
    public struct Line: Sendable, Equatable {
        /// The timeline's number.
        public var timeline: UInt32
        /// The one it was begun from, and where; nil for the backup's own.
        public var origin: WALPlace?
        /// The last segment that is there, of those from the backup's end on; nil where there is none.
        public var last: WALFileName?
        /// Whether the archive has WAL of it that follows where it was begun: a history alone leads nowhere.
        public var leadsOn: Bool
        /// Where the timeline that is followed leaves it; nil where it is not on the way, or is the one followed.
        public var leftAt: LogSequenceNumber?
        /// Whether the archive has WAL of it that the timeline followed does not come by.
        public var isLeftBehind = false
    }

    /// Why a timeline is followed.
    public enum Reason: Sendable, Equatable {
        /// It was asked for by its number, as `current`, or as `latest`.
        case asked(TimelineChoice)
        /// No other one leads on from the backup.
        case only
        /// All others that lead on end where it, or one before it, begins.
        case containsOthers
        /// Up to the position that was asked for all that lead on are the same.
        case sameUpToTarget
    }

    /// What came of it.
    public enum Outcome: Sendable, Equatable {
        case follow(UInt32, Reason)
        /// Several lead on, and none has the WAL of the others.
        case ask([UInt32])
        /// The timeline that was asked for does not come from where the backup ends, or is not there.
        case noRoute(UInt32)
    }

    /// All that come from where the backup ends, in ascending order.
    public private(set) var lines: [Line]
    /// What came of it.
    public let outcome: Outcome

    /// A newer timeline of which the archive has WAL and no history; nil where there is none.
    public let withoutHistory: UInt32?

    /// The timeline that is followed; nil when none is.
    public var followed: UInt32? { if case .follow(let timeline, _) = outcome { timeline } else { nil } }

    /// Notes that a timeline has transactions behind the place where it is left.
    mutating func leaveBehind(_ timeline: UInt32) {
        for index in lines.indices where lines[index].timeline == timeline {
            lines[index].isLeftBehind = true
        }
    }

    /// Those that have WAL which is not replayed.
    public var leftBehind: [Line] { lines.filter(\.isLeftBehind) }
}

extension TimelineDecision {
    /// Decides for a survey.
    ///
    /// `choice` is what was asked for. `target` is a position that recovery is to stop at, where one was named.
    public init(_ survey: WALSurvey, _ choice: TimelineChoice?, target: LogSequenceNumber? = nil) {
        let family = TimelineFamily(survey)
        outcome = family.outcome(choice, target)
        lines = family.lines
        withoutHistory = survey.withoutHistory
        guard case .follow(let followed, _) = outcome else { return }
        for index in lines.indices {
            let timeline = lines[index].timeline
            lines[index].leftAt = family.end(of: timeline, onTheWayTo: followed)
            lines[index].isLeftBehind = family.isLeftBehind(timeline, by: followed, target)
        }
    }
}

extension WALSurvey {
    /// Up to where the ways to these timelines are the same; nil for fewer than two.
    func parting(of heads: [UInt32]) -> LogSequenceNumber? {
        let family = TimelineFamily(self)
        return heads.dropFirst().compactMap { family.parting(of: heads[0], and: $0) }.min()
    }
}

/// The timelines that come from where a backup ends.
private struct TimelineFamily {
    let survey: WALSurvey
    let timelines: [UInt32]

    init(_ survey: WALSurvey) {
        self.survey = survey
        timelines = Set([survey.start.timeline] + survey.histories.keys).sorted().filter {
            survey.route(to: $0) != nil
        }
    }

    var lines: [TimelineDecision.Line] {
        timelines.map { timeline in
            TimelineDecision.Line(
                timeline: timeline, origin: origin(of: timeline), last: last(of: timeline),
                leadsOn: leadsOn(timeline))
        }
    }

    func outcome(_ choice: TimelineChoice?, _ target: LogSequenceNumber?) -> TimelineDecision.Outcome {
        if let choice { return outcome(asked: choice) }
        let leading = timelines.filter(leadsOn)
        let heads = leading.filter { one in
            !leading.contains { $0 != one && contains($0, one) }
        }
        guard let first = heads.first else { return .follow(survey.start.timeline, .only) }
        if heads.count == 1 { return .follow(first, leading.count == 1 ? .only : .containsOthers) }
        if let target, let shared = shared(heads, upTo: target) { return .follow(shared, .sameUpToTarget) }
        return .ask(heads)
    }

    private func outcome(asked choice: TimelineChoice) -> TimelineDecision.Outcome {
        let wanted =
            switch choice {
            case .current: survey.start.timeline
            case .latest: survey.newest
            case .number(let number): number
            }
        return timelines.contains(wanted) ? .follow(wanted, .asked(choice)) : .noRoute(wanted)
    }

    /// The backup's own always does: it is what there is without any archive.
    private func leadsOn(_ timeline: UInt32) -> Bool {
        guard let origin = origin(of: timeline) else { return true }
        return (survey.segments[timeline]?.last).map { $0 >= number(of: origin.position) } ?? false
    }

    /// Whether all the WAL of `other` that is there lies on the way to `timeline`.
    ///
    /// A plain failover leaves the old timeline in the segment in which the new one begins, which is there of both.
    private func contains(_ timeline: UInt32, _ other: UInt32) -> Bool {
        guard let end = end(of: other, onTheWayTo: timeline) else { return false }
        return (survey.segments[other]?.last).map { $0 <= number(of: end) } ?? true
    }

    func isLeftBehind(_ timeline: UInt32, by followed: UInt32, _ target: LogSequenceNumber?) -> Bool {
        guard timeline != followed, leadsOn(timeline), !contains(followed, timeline) else { return false }
        // What comes after a position that recovery stops at is left by every way.
        guard let target, let parting = parting(of: timeline, and: followed) else { return true }
        return target > parting
    }

    /// The timeline on which a position lies that several pass in common.
    private func shared(_ heads: [UInt32], upTo target: LogSequenceNumber) -> UInt32? {
        let carriers = Set(heads.map { carrier(of: target, onTheWayTo: $0) })
        return carriers.count == 1 ? carriers.first : nil
    }

    private func carrier(of position: LogSequenceNumber, onTheWayTo timeline: UInt32) -> UInt32 {
        branches(to: timeline).first { $0.end >= position }?.timeline ?? timeline
    }

    /// Up to where two ways are the same.
    func parting(of one: UInt32, and other: UInt32) -> LogSequenceNumber? {
        let (left, right) = (branches(to: one), branches(to: other))
        var common: LogSequenceNumber?
        for (index, timeline) in (left.map(\.timeline) + [one]).enumerated() {
            guard timeline == (right.map(\.timeline) + [other])[safe: index] else { return common }
            common = [left[safe: index]?.end, right[safe: index]?.end].compactMap(\.self).min() ?? common
        }
        return common
    }

    /// Where the way to a timeline leaves another one; nil where it does not lead over it.
    func end(of other: UInt32, onTheWayTo timeline: UInt32) -> LogSequenceNumber? {
        branches(to: timeline).first { $0.timeline == other }?.end
    }

    private func origin(of timeline: UInt32) -> WALPlace? {
        branches(to: timeline).last.map { WALPlace($0.end, on: $0.timeline) }
    }

    private func branches(to timeline: UInt32) -> [TimelineHistory.Branch] {
        survey.histories[timeline]?.followed.filter { $0.timeline >= survey.start.timeline } ?? []
    }

    private func last(of timeline: UInt32) -> WALFileName? {
        survey.segments[timeline]?.last.map {
            WALFileName(timeline: timeline, number: $0, size: survey.segmentSize)
        }
    }

    private func number(of position: LogSequenceNumber) -> UInt64 {
        position.position / UInt64(survey.segmentSize)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
