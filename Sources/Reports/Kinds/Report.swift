// SPDX-License-Identifier: Apache-2.0
public import Planning

/// A report of any kind.
public enum Report: Sendable {
    case compliance(ComplianceReport)
    case inventory(InventoryReport)
    case incident(IncidentReport)
    case backup(BackupReport)

    /// What a manager asks, in sentences.
    public var summary: [String] { written.summary }
    /// The time that it is about.
    public var period: ComplianceReport.Period { written.frame.period }

    /// How all of it stands; nil for kinds that judge nothing.
    public var result: ControlResult? {
        if case .compliance(let report) = self { report.result } else { nil }
    }

    /// Of which kind it is.
    public var kind: ReportKind {
        switch self {
        case .compliance: .compliance
        case .inventory: .inventory
        case .incident: .incident
        case .backup: .backup
        }
    }

    /// The bytes of the report in a form; the same report gives the same.
    ///
    /// People's forms have times in `zone`; JSON and CSV have them in UTC.
    public func bytes(as format: ReportFormat, in zone: CivilZone) throws -> [UInt8] {
        try written.written(as: format, in: zone)
    }

    /// The name of its file, such as `inventory-2026-Q3.html`; `name` is what it begins with, the kind without one.
    public func fileName(as format: ReportFormat, named name: String? = nil) -> String {
        format.fileName(of: period.name, isOver: period.isOver, name ?? usualName)
    }

    /// Of one backup it has the backup's label: another one's takes no place of it.
    private var usualName: String {
        guard case .backup(let report) = self, let label = report.backups.first?.label else {
            return kind.rawValue
        }
        let plain = label.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }
        return "\(kind.rawValue)-\(String(plain))"
    }

    private var written: any WrittenReport {
        switch self {
        case .compliance(let report): report
        case .inventory(let report): report
        case .incident(let report): report
        case .backup(let report): report
        }
    }
}

/// What every kind of report is, before it has a form.
protocol WrittenReport: Encodable {
    var frame: ReportFrame { get }
    var summary: [String] { get }
    /// What people read, with times in a zone.
    func document(in zone: CivilZone) -> Document
    /// What a spreadsheet gets.
    var rows: [CSVRow] { get }
}

extension WrittenReport {
    func written(as format: ReportFormat, in zone: CivilZone) throws -> [UInt8] {
        switch format {
        case .html: Array(HTMLText(document(in: zone)).text.utf8)
        case .pdf:
            try PDFText(
                document(in: zone), made: frame.made, by: "pg_backctl \(frame.tool.version)"
            ).bytes()
        case .markdown: Array(MarkdownText(document(in: zone)).text.utf8)
        case .json: try JSONText.bytes(of: self)
        case .csv: Array(CSVText(rows).text.utf8)
        }
    }
}
