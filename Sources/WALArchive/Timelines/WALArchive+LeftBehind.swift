// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

extension WALArchive {
    /// Decides for a survey, and sees what the timelines that are left have behind that place.
    public func decision(
        _ survey: ArchiveSurvey, _ choice: TimelineChoice?, target: LogSequenceNumber?
    ) throws(WALArchiveError) -> TimelineDecision {
        var decision = TimelineDecision(survey, choice, target: target)
        try lookBehind(&decision, survey, target: target)
        return decision
    }

    /// Looks into the segments in which timelines are left, for commits behind the place where that is.
    ///
    /// By their names alone a timeline that ends there looks like one after a plain failover; the server that was left may
    /// have committed more all the same.
    private func lookBehind(
        _ decision: inout TimelineDecision, _ survey: ArchiveSurvey, target: LogSequenceNumber?
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
            guard error.isAboutBytes else { throw error }
            return nil
        }
    }
}
