// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Names and times as messages write them.
enum PlainWords {
    /// On one line, without what steers a terminal or turns the direction of writing.
    ///
    /// Labels and keys come from stores, where anybody may have written them.
    static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isPlain($0) ? $0 : " " }))
    }

    /// What happened, and where.
    static func headline(of incident: Incident) -> String {
        line((incident.store.isEmpty ? "" : "\(incident.store): ") + incident.headline)
    }

    /// The same for sentences, whose line breaks stay.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
            .joined(separator: "\n")
    }

    /// To the minute, which is what people compare: `2026-11-02 03:00 UTC`.
    static func time(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
