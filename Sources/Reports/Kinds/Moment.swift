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

/// What is known to have happened to backups in a period, of each the oldest first.
struct Moments {
    private var moments: [Backup: [Moment]] = [:]

    private struct Backup: Hashable {
        var store, label: String
    }

    init(_ facts: ReportFacts) {
        for (store, labels) in facts.looks {
            for (label, looks) in labels {
                add(looks.compactMap(Self.look), Backup(store: store, label: label))
            }
        }
        for line in facts.trials { add(Self.trial(line, among: facts.stores), line.start.place, facts) }
        for line in facts.restores { add(Self.restore(RestoreRecord(line)), line.start.place, facts) }
        for event in facts.events {
            guard let place = event.place else { continue }
            let words = [event.who, event.text].compactMap(\.self).joined(separator: ": ")
            add(Moment(at: event.at, what: event.kind, words: words), place, facts)
        }
    }

    private mutating func add(_ moment: Moment, _ place: BackupPlace, _ facts: ReportFacts) {
        for store in facts.stores {
            guard let label = store.label(of: place.url) else { continue }
            add([moment], Backup(store: store.name, label: label))
        }
    }

    private mutating func add(_ some: [Moment], _ backup: Backup) { moments[backup, default: []] += some }

    func of(_ label: String, in store: String) -> [Moment] {
        Self.inOrder(moments[Backup(store: store, label: label)] ?? [])
    }

    /// The same with what went wrong with it.
    func of(_ label: String, in store: String, and wrong: [ExceptionRecord]) -> [Moment] {
        let ends = wrong.flatMap { exception in
            [Moment(at: exception.since, what: "incident", words: exception.words)]
                + (exception.closed.map { [Moment(at: $0, what: "over", words: "\(exception.kind) is over")] }
                    ?? [])
        }
        return Self.inOrder((moments[Backup(store: store, label: label)] ?? []) + ends)
    }

    /// From its first sight to its end, or to the end of what is told.
    func during(_ exception: ExceptionRecord) -> [Moment] {
        let begin = Moment(at: exception.since, what: "incident", words: exception.words)
        let end = exception.closed.map { Moment(at: $0, what: "over", words: "\(exception.kind) is over") }
        let own = moments[Backup(store: exception.store, label: exception.subject)] ?? []
        let meanwhile =
            exception.subject.isEmpty
            ? []
            : own.filter { moment in
                exception.since <= moment.at && exception.closed.map { moment.at <= $0 } ?? true
            }
        return Self.inOrder([begin] + meanwhile + [end].compactMap(\.self))
    }

    /// What happened at one time stays in this order.
    private static func inOrder(_ moments: [Moment]) -> [Moment] {
        moments.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// Of trials a line of their own tells.
    private static func look(_ look: DatedLevel) -> Moment? {
        switch look.level {
        case nil:
            Moment(
                at: look.at, what: "damage",
                words: "a verification found damage\(look.words.map { ": \($0)" } ?? "")")
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
