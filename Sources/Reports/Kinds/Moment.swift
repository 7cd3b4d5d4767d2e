// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Something that happened to a backup, or was done with it.
public struct Moment: Sendable, Equatable, Encodable {
    /// When it was over.
    public var at: Timestamp
    /// What it was, in words that stay the same: `read`, `damage`, `trial`, `restore`, `incident`, `over`, or the kind of an event.
    public var what: String
    /// What came of it: a sentence without its stop.
    public var words: String
}

extension ReportFacts {
    /// What is known to have happened to a backup of a store in the period, the oldest first.
    func moments(of label: String, in store: ReportedStore, _ exceptions: [ExceptionRecord]) -> [Moment] {
        let isIts = { (place: BackupPlace?) in place.flatMap { store.label(of: $0.url) } == label }
        let own = exceptions.filter { $0.store == store.name && $0.subject == label }
        let all = [
            (looks[store.name]?[label] ?? []).compactMap(Self.look),
            trials.filter { isIts($0.start.place) }.map { Self.trial($0, among: stores) },
            restores.filter { isIts($0.start.place) }.map { Self.restore(RestoreRecord($0)) },
            events.filter { isIts($0.place) }.map {
                Moment(
                    at: $0.at, what: $0.kind,
                    words: [$0.who, $0.text].compactMap(\.self).joined(separator: ": "))
            },
            own.map { Moment(at: $0.since, what: "incident", words: $0.words) },
            own.compactMap { exception in
                exception.closed.map { Moment(at: $0, what: "over", words: "\(exception.kind) is over") }
            },
        ]
        // What happened at one time stays in this order.
        return all.flatMap(\.self).enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        .map(\.element)
    }

    /// Of trials a line of their own tells.
    private static func look(_ look: DatedLevel) -> Moment? {
        switch look.level {
        case nil: Moment(at: look.at, what: "damage", words: "it was read, and damage was found")
        case .restored?, .exercised?: nil
        case .inspected?:
            Moment(at: look.at, what: "read", words: "its bytes and what is in them were found right")
        case .checksummed?, .listed?: Moment(at: look.at, what: "read", words: "its bytes were found right")
        }
    }

    private static func trial(_ line: TrialLine, among stores: [ReportedStore]) -> Moment {
        let record = TrialRecord(line, among: stores)
        let level = record.level.map { ", \($0.rawValue)" } ?? ""
        return Moment(
            at: record.ended ?? record.started, what: "trial",
            words:
                "trial restore \(record.trial): \(record.outcome.rawValue)\(level)\(record.failure.map { ": \($0)" } ?? "")"
        )
    }

    private static func restore(_ record: RestoreRecord) -> Moment {
        let end = record.exitStatus.map { "exit \($0)" } ?? "unfinished"
        return Moment(
            at: record.ended ?? record.started, what: "restore",
            words:
                "restore \(record.restore) to '\(record.target)': \(end)\(record.failure.map { ": \($0)" } ?? "")"
        )
    }
}

extension [Moment] {
    /// As people read it.
    func grid(_ caption: String, _ words: ReportWords) -> Document.Grid {
        Document.Grid(
            caption: caption,
            columns: [.init(title: "When"), .init(title: "What"), .init(title: "Words")],
            rows: map { [words.time($0.at), $0.what, $0.words] }, empty: "Nothing is known of the period.")
    }

    func rows(of store: String, _ label: String) -> [CSVRow] {
        map {
            CSVRow(record: "moment", store: store, name: label, result: $0.what, from: $0.at, words: $0.words)
        }
    }
}
