// SPDX-License-Identifier: Apache-2.0
public import Planning

/// A form that a report takes; the raw value is what options and configurations say.
public enum ReportFormat: String, Sendable, CaseIterable {
    case html
    case pdf
    case json
    case csv
    case markdown

    /// The ending of its file's name.
    public var ending: String { self == .markdown ? "md" : rawValue }
}

extension ComplianceReport {
    /// The bytes of the report in a form; the same report gives the same.
    ///
    /// People's forms have times in `zone`; JSON and CSV have them in UTC.
    public func bytes(as format: ReportFormat, in zone: CivilZone) throws -> [UInt8] {
        switch format {
        case .html: Array(HTMLText(document(in: zone)).text.utf8)
        case .pdf:
            try PDFText(document(in: zone), made: made, by: "pg_backctl \(tool.version)").bytes()
        case .markdown: Array(MarkdownText(document(in: zone)).text.utf8)
        case .json: try JSONText.bytes(of: self)
        case .csv: Array(CSVText(self).text.utf8)
        }
    }

    /// The name of its file, such as `compliance-2026-Q3.html`; `name` is what it begins with.
    ///
    /// That of a period that is not over says so: it will not stand for the whole one.
    public func fileName(as format: ReportFormat, named name: String = "compliance") -> String {
        Self.fileName(of: period.name, isOver: period.isOver, format, name)
    }

    /// The same of a report of a period that is over, before it is made.
    public static func fileName(
        of period: ReportPeriod, as format: ReportFormat, named name: String
    ) -> String {
        fileName(of: period.name, isOver: true, format, name)
    }

    private static func fileName(
        of period: String, isOver: Bool, _ format: ReportFormat, _ name: String
    ) -> String {
        "\(name)-\(period.replacing(" ", with: "-"))\(isOver ? "" : "-so-far").\(format.ending)"
    }
}
