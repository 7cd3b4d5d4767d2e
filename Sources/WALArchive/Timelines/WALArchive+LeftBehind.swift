// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// Where recovery is to stop, as far as that can be compared with a place in WAL.
public enum RecoveryStop: Sendable, Equatable {
    case position(LogSequenceNumber)
    case time(Timestamp)
    case restorePoint(ObjectName)
}

extension WALArchive {
    /// How many segments before a fork are read for a transaction that ended, before the search is given up.
    private static let searchLimit = 64

    /// Decides for a survey, and sees what the timelines that are left have behind that place.
    ///
    /// `stop` is where recovery is to stop, where that was asked for.
    public func decision(
        _ survey: WALSurvey, _ choice: TimelineChoice?, stop: RecoveryStop?
    ) throws(WALArchiveError) -> TimelineDecision {
        let target = try position(of: stop, survey, choice)
        var decision = TimelineDecision(survey, choice, target: target)
        try lookBehind(&decision, survey, target: target)
        return decision
    }

    /// A position that recovery does not come beyond; nil where nothing tells.
    ///
    /// A time tells only where ways part: when a transaction ended later than it before that place, recovery stops before it.
    private func position(
        of stop: RecoveryStop?, _ survey: WALSurvey, _ choice: TimelineChoice?
    ) throws(WALArchiveError) -> LogSequenceNumber? {
        switch stop {
        case nil, .restorePoint: return nil
        case .position(let position): return position
        case .time(let time):
            guard case .ask(let heads) = TimelineDecision(survey, choice).outcome,
                let parting = survey.parting(of: heads),
                let last = try lastEnd(before: parting, on: heads[0], survey), last > time
            else { return nil }
            return parting
        }
    }

    /// When the last transaction ended before a place on the way to a timeline.
    private func lastEnd(
        before place: LogSequenceNumber, on timeline: UInt32, _ survey: WALSurvey
    ) throws(WALArchiveError) -> Timestamp? {
        for name in survey.names(before: place, onTheWayTo: timeline).suffix(Self.searchLimit).reversed() {
            do throws(WALArchiveError) {
                guard let contents = try contents(of: name, mark: place) else { return nil }
                if let time = contents.events.lastEndBeforeMark { return time }
            } catch {
                guard error.isAboutOneFile else { throw error }
                return nil
            }
        }
        return nil
    }

    /// Looks into the segments in which timelines are left, for commits behind the place where that is.
    ///
    /// By their names alone a timeline that ends there looks like one after a plain failover; the server that was left may
    /// have committed more all the same.
    private func lookBehind(
        _ decision: inout TimelineDecision, _ survey: WALSurvey, target: LogSequenceNumber?
    ) throws(WALArchiveError) {
        for line in decision.lines where !line.isLeftBehind {
            guard let end = line.leftAt, target.map({ $0 > end }) ?? true else { continue }
            let number = end.position / UInt64(survey.segmentSize)
            let name = WALFileName(timeline: line.timeline, number: number, size: survey.segmentSize)
            guard let last = try lastCommit(in: name), last >= end else { continue }
            decision.leaveBehind(line.timeline)
        }
    }

    /// Where the last commit of a segment stands; nil where there is none, or none that can be read.
    private func lastCommit(in name: WALFileName) throws(WALArchiveError) -> LogSequenceNumber? {
        do throws(WALArchiveError) { return try contents(of: name)?.events.lastCommit?.position } catch {
            guard error.isAboutOneFile else { throw error }
            return nil
        }
    }
}
