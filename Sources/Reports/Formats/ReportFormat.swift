// SPDX-License-Identifier: Apache-2.0
public import Planning

/// A form that a report takes; the raw value is what options and configurations say.
public enum ReportFormat: String, Sendable, CaseIterable {
    case html
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
        case .markdown: Array(MarkdownText(document(in: zone)).text.utf8)
        case .json: try JSONText.bytes(of: self)
        case .csv: Array(CSVText(self).text.utf8)
        }
    }

    /// The name of its file, such as `compliance-2026-Q3.html`.
    public func fileName(as format: ReportFormat) -> String { Self.fileName(of: period.name, as: format) }

    /// The same of a report of a period that is not made yet.
    public static func fileName(of period: ReportPeriod, as format: ReportFormat) -> String {
        fileName(of: period.name, as: format)
    }

    private static func fileName(of period: String, as format: ReportFormat) -> String {
        "compliance-\(period.replacing(" ", with: "-")).\(format.ending)"
    }
}
