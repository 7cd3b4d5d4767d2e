// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
import ObjectStore

extension WALArchive {
    /// Looks how far the archive leads from the end of a backup to a timeline.
    ///
    /// `ranges` are what the backup itself needs, `choice` is what PostgreSQL will be told. Nil when the archive has
    /// no way there.
    public func outlook(
        after end: LogSequenceNumber, on timeline: UInt32, _ ranges: [WALRange],
        to choice: TimelineChoice, segmentSize: UInt32
    ) throws(WALArchiveError) -> WALOutlook? {
        let asked: UInt32? = if case .number(let number) = choice { number } else { nil }
        let survey = try survey(from: WALPlace(end, on: timeline), segmentSize: segmentSize, asked: asked)
        guard let followed = TimelineDecision(survey, choice).followed else { return nil }
        return try outlook(survey, to: followed, ranges)
    }

    /// The same for a timeline that was decided on.
    public func outlook(
        _ survey: WALSurvey, to timeline: UInt32, _ ranges: [WALRange]
    ) throws(WALArchiveError) -> WALOutlook? {
        guard var outlook = WALOutlook(survey, to: timeline) else { return nil }
        outlook.own = try coverage(of: ranges, segmentSize: survey.segmentSize)
        outlook.archived = try outlook.last.flatMap { (name) throws(WALArchiveError) in
            try find(.segment(name)).compactMap(\.object.validators.modified).max()
        }
        return outlook
    }
}
