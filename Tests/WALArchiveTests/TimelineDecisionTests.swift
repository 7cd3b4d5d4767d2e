// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@testable import WALArchive

@Suite("which timeline is followed")
struct TimelineDecisionTests {
    private static let size: UInt32 = 1 << 20

    private static func position(_ number: UInt64, _ offset: UInt64 = 40) -> LogSequenceNumber {
        LogSequenceNumber(number << 20 + offset)
    }

    /// A backup that ends in segment 4 of timeline 1; histories as `[(timeline, left in segment)]`.
    private static func survey(
        _ segments: [UInt32: ClosedRange<UInt64>], _ histories: [UInt32: [(UInt32, UInt64)]] = [:]
    ) -> WALSurvey {
        var survey = WALSurvey(from: WALPlace(position(4), on: 1), segmentSize: size)
        for timeline in Set(segments.keys).union(histories.keys).union([1]) {
            var runs = SegmentRuns()
            for number in segments[timeline].map(Array.init) ?? [] { runs.add(number) }
            let history = histories[timeline].map { branches in
                let text = branches.map { "\($0.0)\t\(position($0.1))\tx\n" }.joined()
                return try? TimelineHistory.parse(Array(text.utf8), timeline: timeline)
            }
            survey.add(history ?? nil, of: timeline, runs)
        }
        return survey
    }

    private static func outcome(
        _ survey: WALSurvey, _ choice: TimelineChoice? = nil, target: LogSequenceNumber? = nil
    ) -> TimelineDecision.Outcome {
        TimelineDecision(survey, choice, target: target).outcome
    }

    @Test func `is the only one there is`() {
        #expect(Self.outcome(Self.survey([1: 4...9])) == .follow(1, .only))
        #expect(Self.outcome(Self.survey([:])) == .follow(1, .only))
    }

    /// The old one ends in the segment in which the new one begins.
    @Test func `is the newest after a plain failover`() {
        let survey = Self.survey([1: 4...6, 2: 6...8, 3: 8...9], [2: [(1, 6)], 3: [(1, 6), (2, 8)]])
        let decision = TimelineDecision(survey, nil)
        #expect(decision.outcome == .follow(3, .containsOthers) && decision.leftBehind.isEmpty)
        #expect(decision.lines.map(\.leftAt) == [Self.position(6), Self.position(8), nil])
        #expect(decision.lines.map(\.origin?.timeline) == [nil, 1, 2])
    }

    /// A clone archives to the place of the server that it comes from, which goes on.
    @Test func `is asked for when the backup's own goes on as well`() {
        let survey = Self.survey([1: 4...9, 2: 6...7], [2: [(1, 6)]])
        #expect(Self.outcome(survey) == .ask([1, 2]))
        for (choice, followed, left) in [
            (TimelineChoice.current, 1, 2), (.latest, 2, 1), (.number(2), 2, 1), (.number(1), 1, 2),
        ] as [(TimelineChoice, UInt32, UInt32)] {
            let decision = TimelineDecision(survey, choice)
            #expect(decision.outcome == .follow(followed, .asked(choice)))
            #expect(decision.leftBehind.map(\.timeline) == [left])
        }
    }

    @Test func `is asked for between two that come from the same`() {
        let survey = Self.survey([1: 4...6, 2: 6...7, 3: 6...9], [2: [(1, 6)], 3: [(1, 6)]])
        #expect(Self.outcome(survey) == .ask([2, 3]))
    }

    @Test func `is no matter before they part`() {
        let survey = Self.survey([1: 4...9, 2: 6...7], [2: [(1, 6)]])
        let before = TimelineDecision(survey, nil, target: Self.position(5))
        #expect(before.outcome == .follow(1, .sameUpToTarget) && before.leftBehind.isEmpty)
        #expect(Self.outcome(survey, target: Self.position(7)) == .ask([1, 2]))
    }

    @Test func `is none of which there is only a history`() {
        let lone = Self.survey([1: 4...9], [2: [(1, 6)]])
        let decision = TimelineDecision(lone, nil)
        #expect(decision.outcome == .follow(1, .only) && decision.leftBehind.isEmpty)
        #expect(decision.lines.map(\.leadsOn) == [true, false])
        // Nor one that has but segments from before it began.
        #expect(Self.outcome(Self.survey([1: 4...9, 2: 4...5], [2: [(1, 6)]])) == .follow(1, .only))
    }

    @Test func `is none that was begun before the backup ended`() {
        let survey = Self.survey([1: 4...9, 2: 3...8], [2: [(1, 3)]])
        #expect(Self.outcome(survey) == .follow(1, .only))
        #expect(Self.outcome(survey, .latest) == .noRoute(2))
        #expect(Self.outcome(survey, .number(7)) == .noRoute(7))
    }

    @Test func `shows what is missing on the way`() throws {
        var survey = WALSurvey(from: WALPlace(Self.position(4), on: 1), segmentSize: Self.size)
        var runs = SegmentRuns()
        for number: UInt64 in [4, 5, 7, 8] { runs.add(number) }
        survey.add(nil, of: 1, runs)
        let outlook = try #require(WALOutlook(survey, to: 1))
        #expect(outlook.gap?.first.number(size: Self.size) == 6 && outlook.gap?.later == 2)
        #expect(outlook.end == Self.position(6, 0) && outlook.segments == 2)
        #expect(try #require(WALOutlook(Self.survey([1: 4...9]), to: 1)).gap == nil)
    }
}
