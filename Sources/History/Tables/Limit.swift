// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How much is kept of what others wrote: a hostile archive or a talkative server must not fill the history.
enum Limit {
    static let findings = 100
    /// Of lists of short texts.
    static let texts = 1000
    /// Of lists whose entries are sentences.
    static let sentences = 100
    private static let scalars = 4096
    private static let partScalars = 1000

    static func cut(_ text: String) -> String { cut(text, to: scalars) }

    /// A text that is one of several.
    static func cutPart(_ text: String) -> String { cut(text, to: partScalars) }

    /// Nil for a text without content, which says as much as none.
    static func cutIfAny(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : cut($0) } }

    static func cut(_ findings: [Finding]) -> [Finding] { findings.prefix(Self.findings).map(cut) }

    private static func cut(_ finding: Finding) -> Finding {
        let words = finding.sentence
        let kept = Finding.Sentence(
            cutPart(words.message), expected: words.expected.map(cutPart), found: words.found.map(cutPart))
        var short = finding
        short.place.member = finding.member.map(cutPart)
        // Its fact would be as long as its words.
        if kept != words || short.member != finding.member { short.fact = .recorded(finding.code, kept) }
        return short
    }

    // SQLite counts code points too; a NUL would end the text for its shell and for `length()`.
    private static func cut(_ text: String, to limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > limit || scalars.contains("\0") else { return text }
        let isWhole = scalars.count <= limit
        let kept = scalars.prefix(isWhole ? limit : limit - 1).map { $0 == "\0" ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(kept)) + (isWhole ? "" : "…")
    }
}
