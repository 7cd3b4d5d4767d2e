// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Planning

/// What every report says of itself: of when it is, who made it, what is signed, and what nobody else can confirm.
public struct ReportFrame: Sendable, Equatable, Encodable {
    /// The time that it is about.
    public var period: ComplianceReport.Period
    /// When the history was read for it.
    public var made: Timestamp
    /// The program that made it.
    public var tool: ComplianceReport.Tool
    /// What is signed of the history that this rests on; nil where nothing is.
    public var evidence: SignedTree?
    /// What nobody but this program can confirm, in sentences.
    public var limits: [String]

    /// The pages of a report between its title and what it rests on.
    func document(
        _ title: String, in zone: CivilZone, method: [String] = [], _ parts: (ReportWords) -> [Document.Part]
    ) -> Document {
        let words = ReportWords(zone: zone)
        return Document(
            title: title,
            subtitle:
                "Period \(period.name) (\(words.day(period.from)) to \(words.day(period.to.advanced(bySeconds: -1))), \(period.zone)), made \(words.time(made)) by pg_backctl \(tool.version)",
            sections: parts(words) + [evidencePart].compactMap(\.self) + [methodPart(method)])
    }

    private func methodPart(_ method: [String]) -> Document.Part {
        let program = "pg_backctl \(tool.version)\(tool.sha256.map { ", SHA-256 of its file \($0)" } ?? "")."
        return Document.Part(
            heading: "Method and limits", blocks: [.list(limits + method + [program])])
    }

    /// How anybody sees that nobody has touched the record since.
    private var evidencePart: Document.Part? {
        guard let evidence else { return nil }
        return Document.Part(
            heading: "Evidence",
            blocks: [
                .paragraph(
                    "Each record that this report rests on is a leaf of a tree (RFC 6962) of \(evidence.leaves) leaves with the root \(evidence.root), signed by the key \(evidence.key)."
                ),
                .exact(evidence.checkpoint),
                .paragraph(
                    "To check it: write these lines, the empty one too, into a file and type 'pg_backctl audit verify --checkpoint FILE'; or ask for 'pg_backctl audit bundle', which needs openssl and sha256sum alone."
                ),
            ])
    }

    /// The line of a spreadsheet for all of it.
    func row(_ result: ControlResult?, _ summary: [String]) -> CSVRow {
        CSVRow(
            record: "report", name: period.name, result: result?.rawValue ?? "", from: period.from,
            to: period.to,
            words: summary.joined(separator: " "))
    }

    var evidenceRows: [CSVRow] {
        evidence.map {
            [
                CSVRow(
                    record: "evidence", name: $0.root, result: "signed",
                    words: "\($0.leaves) leaves, by \($0.key)")
            ]
        } ?? []
    }
}
