// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// What went wrong in a period, each from first sight to closure, with all that is known to have happened to the backup meanwhile.
///
/// What is encoded is the document `pg_backctl.report.incident/1`.
public struct IncidentReport: Sendable, Equatable {
    /// Of when it is, who made it, and what it rests on.
    public var frame: ReportFrame
    /// What somebody asks who has a minute.
    public var summary: [String]
    /// The oldest first.
    public var incidents: [Record]

    /// One thing that went wrong.
    public struct Record: Sendable, Equatable, Encodable {
        /// What it was, since when and until when.
        public var exception: ExceptionRecord
        /// What happened to the backup that it is about; its begin and end alone where it is about none.
        public var timeline: [Moment]
    }

    /// The incidents of these facts; `looks` of theirs are to be there.
    public init(_ facts: ReportFacts) {
        let whole = ComplianceReport(facts, [])
        frame = whole.frame
        let moments = Moments(facts)
        incidents = whole.exceptions.map { Record(exception: $0, timeline: moments.during($0)) }
        let open = incidents.count { $0.exception.closed == nil }
        let longest = incidents.map(\.exception.days).max() ?? 0
        summary = [
            "\(Units.count(incidents.count, "incident")), of which \(open) open at the end.",
            incidents.isEmpty
                ? "Nothing was found wrong by what looked."
                : "The longest was open for \(Units.count(longest, "day")).",
        ]
        summary += whole.stores.unseen
    }
}

extension IncidentReport: WrittenReport {
    func document(in zone: CivilZone) -> Document {
        frame.document("Backups of PostgreSQL: incidents", in: zone) { words in
            [Document.Part(heading: "Summary", blocks: [.list(summary)])]
                + incidents.enumerated().map { Self.part($0 + 1, $1, words) }
        }
    }

    private static func part(_ number: Int, _ record: Record, _ words: ReportWords) -> Document.Part {
        let exception = record.exception
        let about = [exception.store, exception.kind, exception.subject].filter { !$0.isEmpty }
        let end = exception.closed.map { "over \(words.time($0))" } ?? "open at the end of the period"
        return Document.Part(
            heading: "\(number). \(about.joined(separator: ", "))",
            blocks: [
                .list(
                    [
                        "What: \(exception.words).",
                        "Since \(words.time(exception.since)), \(end): \(Units.count(exception.days, "day")).",
                        exception.remedy,
                    ].filter { !$0.isEmpty }),
                .table(record.timeline.grid("What happened meanwhile", words)),
            ])
    }

    var rows: [CSVRow] {
        [frame.row(nil, summary)]
            + incidents.flatMap { record in
                [CSVRow(record.exception)]
                    + record.timeline.rows(of: record.exception.store, record.exception.subject)
            } + frame.evidenceRows
    }
}

extension IncidentReport: Encodable {
    private enum CodingKeys: CodingKey { case schema, summary, incidents }

    /// The members of the frame stand beside its own.
    public func encode(to encoder: any Encoder) throws {
        try frame.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("pg_backctl.report.incident/1", forKey: .schema)
        try values.encode(summary, forKey: .summary)
        try values.encode(incidents, forKey: .incidents)
    }
}
