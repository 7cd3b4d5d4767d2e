// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

extension Message {
    /// What people are told of an incident: that it is there, or, when it is closed, that it is over.
    ///
    /// Written twice for one state of an incident, it is the same message: an outbox keeps it once. One that has grown worse
    /// is told again.
    public init(_ incident: Incident, at time: Timestamp) {
        self.init(
            id: Self.id(incident), occasion: Self.occasion(incident), written: time,
            subject: Self.subject(incident), text: Self.text(incident), incident: incident)
    }

    private static func occasion(_ incident: Incident) -> Occasion {
        if incident.kind == Incident.silence { return .silence }
        return incident.isOpen ? .incident : .recovery
    }

    /// Of what makes it this incident, since when, how bad it is and which end of it.
    private static func id(_ incident: Incident) -> String {
        let parts = [
            incident.store, incident.kind, incident.subject, String(incident.since.nanoseconds),
            incident.isOpen ? incident.severity.rawValue : "closed",
        ]
        // With their lengths, so that no two lists of parts are one text.
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return String(SHA256.digest(of: Array(text.utf8)).hex.prefix(32))
    }

    private static func subject(_ incident: Incident) -> String {
        (incident.isOpen ? "" : "Over: ") + PlainWords.headline(of: incident)
    }

    private static func text(_ incident: Incident) -> String {
        let parts = incident.isOpen ? opened(incident) : closed(incident)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func opened(_ incident: Incident) -> [String] {
        var parts = [
            PlainWords.headline(of: incident) + ".", PlainWords.lines(incident.meaning),
            "Since \(PlainWords.time(incident.since)).",
        ]
        if let best = incident.nextBest { parts.append("Restore instead: \(words(best))") }
        if let command = incident.command { parts.append("Type:\n  \(PlainWords.line(command))") }
        return parts.filter { !$0.isEmpty }
    }

    private static func closed(_ incident: Incident) -> [String] {
        let end = incident.closed.map { " to \(PlainWords.time($0))" } ?? ""
        return [
            "This is over: \(PlainWords.headline(of: incident)).",
            "It was so from \(PlainWords.time(incident.since))\(end).",
        ] + (incident.ending.map { [PlainWords.line("How: \($0).")] } ?? [])
    }

    private static func words(_ point: RecoveryPoint) -> String {
        let details = [
            point.taken.map { "  taken \(PlainWords.time($0))" },
            point.level.map { "  shown: \($0.rawValue)" },
            point.lastProof.map { "  last proven \(PlainWords.time($0))" },
        ]
        return ([PlainWords.line(point.label)] + details.compactMap(\.self)).joined(separator: "\n")
    }
}
