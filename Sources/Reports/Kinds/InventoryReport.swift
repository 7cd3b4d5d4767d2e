// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// Which backups there were at the end of a period, and what was shown of each.
///
/// What is encoded is the document `pg_backctl.report.inventory/1`.
public struct InventoryReport: Sendable, Equatable {
    /// Of when it is, who made it, and what it rests on.
    public var frame: ReportFrame
    /// What somebody asks who has a minute.
    public var summary: [String]
    /// In the order of the configuration.
    public var stores: [StoreRecord]

    /// The stores of these facts.
    public init(_ facts: ReportFacts) {
        let whole = ComplianceReport(facts, [])
        frame = whole.frame
        stores = whole.stores
        summary = Self.summary(of: whole)
    }

    private static func summary(of report: ComplianceReport) -> [String] {
        let seen = report.stores.compactMap(\.population)
        let bytes = seen.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        let backups = report.stores.flatMap(\.backups)
        let isWhole = report.stores.allSatisfy { ($0.population?.backups ?? 0) <= $0.backups.count }
        let bad = backups.count { $0.verdict?.isBad == true }
        var lines = [
            seen.isEmpty
                ? report.stores.ofNoneIsKnown
                : "\(Units.count(seen.count, "store")) with \(Units.count(seen.reduce(0) { $0 + $1.backups }, "backup")), \(isWhole ? "" : "at least ")\(Units.bytes(bytes)), at the end of the period."
        ]
        for level in Level.allCases.reversed() {
            let count = backups.count { $0.level == level }
            if count > 0 { lines.append("Shown to be \(level.rawValue), and no more: \(count).") }
        }
        let unproven = backups.count { $0.level == nil }
        if unproven > 0 {
            lines.append(
                "Nothing is shown of \(unproven), of which \(bad) \(bad == 1 ? "is" : "are") known to be bad."
            )
        }
        return lines + report.stores.unseen
    }
}

extension InventoryReport: WrittenReport {
    func document(in zone: CivilZone) -> Document {
        frame.document("Backups of PostgreSQL: inventory", in: zone) { words in
            [Document.Part(heading: "Summary", blocks: [.list(summary)])]
                + stores.flatMap { StorePages($0, words, frame.period).parts }
        }
    }

    var rows: [CSVRow] {
        [frame.row(nil, summary)] + stores.flatMap(CSVRow.all) + frame.evidenceRows
    }
}

extension InventoryReport: Encodable {
    private enum CodingKeys: CodingKey { case schema, summary, stores }

    /// The members of the frame stand beside its own.
    public func encode(to encoder: any Encoder) throws {
        try frame.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("pg_backctl.report.inventory/1", forKey: .schema)
        try values.encode(summary, forKey: .summary)
        try values.encode(stores, forKey: .stores)
    }
}
