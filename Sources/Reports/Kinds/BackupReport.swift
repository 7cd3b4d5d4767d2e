// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// What is known of one backup, and what happened to it in a period: of each store that has one of that label.
///
/// What is encoded is the document `pg_backctl.report.backup/1`.
public struct BackupReport: Sendable, Equatable {
    /// Of when it is, who made it, and what it rests on.
    public var frame: ReportFrame
    /// What somebody asks who has a minute.
    public var summary: [String]
    /// One for each store that has, or had, one.
    public var backups: [Record]

    /// One backup.
    public struct Record: Sendable, Equatable, Encodable {
        /// As the configuration calls the store.
        public var store: String
        /// As the history calls the store.
        public var location: String
        /// Its folder below the store.
        public var label: String
        /// As the last sweep of the period knew it; nil where it was not there, or that is not known.
        public var backup: BackupRecord?
        /// Whether the last sweep of the period has listed the store and not found it.
        public var isGone: Bool
        /// The oldest first.
        public var timeline: [Moment]
    }

    /// Nil where nothing is known of a backup of that label; `looks` of it are to be there.
    public init?(of label: String, _ facts: ReportFacts) {
        let whole = ComplianceReport(facts, [])
        frame = whole.frame
        let moments = Moments(facts)
        backups = zip(facts.stores, whole.stores).compactMap { store, record in
            let backup = record.backups.first { $0.label == label }
            let happened = moments.of(label, in: store.name)
            // What went wrong with a folder or a store makes no backup of it.
            guard backup != nil || !happened.isEmpty else { return nil }
            let wrong = whole.exceptions.filter { $0.store == store.name && $0.subject == label }
            let isListed = record.population.map { $0.backups <= record.backups.count } ?? false
            return Record(
                store: store.name, location: store.location, label: label, backup: backup,
                isGone: backup == nil && isListed, timeline: moments.of(label, in: store.name, and: wrong))
        }
        guard !backups.isEmpty else { return nil }
        summary = backups.map(Self.sentence)
    }

    private static func sentence(_ record: Record) -> String {
        guard let backup = record.backup else {
            return record.isGone
                ? "\(record.store): it was not there when the last sweep of the period looked."
                : "\(record.store): how it stood at the end of the period is not known."
        }
        let verdict = backup.verdict?.rawValue ?? "never verified"
        let level = backup.level.map { ", shown to be \($0.rawValue)" } ?? ", and nothing is shown of it"
        return "\(record.store): \(verdict)\(level); \(Units.bytes(backup.bytes))."
    }
}

extension BackupReport: WrittenReport {
    func document(in zone: CivilZone) -> Document {
        frame.document("Backup \(backups.first?.label ?? "")", in: zone) { words in
            [Document.Part(heading: "Summary", blocks: [.list(summary)])]
                + backups.map { Self.part($0, words) }
        }
    }

    private static func part(_ record: Record, _ words: ReportWords) -> Document.Part {
        var lines = ["Location: \(record.location), \(record.label)."]
        if let backup = record.backup {
            lines.append("Taken \(words.time(backup.taken)).")
            lines += backup.proofs.map { "Last shown to be \($0.level.rawValue): \(words.time($0.at))." }
            if let found = backup.damageFound { lines.append("Damage was found \(words.time(found)).") }
        }
        return Document.Part(
            heading: "Store \(record.store)",
            blocks: [.list(lines), .table(record.timeline.grid("What happened to it in the period", words))])
    }

    var rows: [CSVRow] {
        [frame.row(nil, summary)]
            + backups.flatMap { record in
                (record.backup.map { [CSVRow($0, of: record.store)] } ?? [])
                    + record.timeline.rows(of: record.store, record.label)
            } + frame.evidenceRows
    }
}

extension BackupReport: Encodable {
    private enum CodingKeys: CodingKey { case schema, summary, backups }

    /// The members of the frame stand beside its own.
    public func encode(to encoder: any Encoder) throws {
        try frame.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("pg_backctl.report.backup/1", forKey: .schema)
        try values.encode(summary, forKey: .summary)
        try values.encode(backups, forKey: .backups)
    }
}
