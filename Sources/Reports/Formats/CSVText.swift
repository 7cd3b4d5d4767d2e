// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What a report says of stores, backups, exceptions, trials, restores, events and controls, as one table (RFC 4180).
///
/// `bytes` is the size of what a row is about; `seconds` what was measured of it.
/// A program that opens it computes nothing: a cell that would be a formula begins with an apostrophe.
struct CSVText {
    private let report: ComplianceReport

    init(_ report: ComplianceReport) { self.report = report }

    var text: String { ([Self.head] + rows).map(Self.line).joined() }

    private static let head = [
        "record", "store", "name", "result", "level", "from", "to", "seconds", "bytes", "words",
    ]

    /// One line; what it does not say is empty.
    private struct Row {
        var record: String
        var store = ""
        var name: String
        var result: String
        var level = ""
        var from: Timestamp?
        var to: Timestamp?
        var seconds: Double?
        var bytes: UInt64?
        var words = ""

        var cells: [String] {
            let times = [from, to].map { $0?.description ?? "" }
            let numbers = [seconds.map { String($0) } ?? "", bytes.map { String($0) } ?? ""]
            return [record, store, name, result, level] + times + numbers + [words]
        }
    }

    private var rows: [[String]] {
        let all = [[whole], stores, exceptions, trials, restores, slots, events, controls, evidence]
        return all.flatMap { $0.map(\.cells) }
    }

    private var whole: Row {
        Row(
            record: "report", name: report.period.name, result: report.result.rawValue,
            from: report.period.from,
            to: report.period.to, words: report.summary.joined(separator: " "))
    }

    private var stores: [Row] {
        report.stores.flatMap { [storeRow($0)] + measures(of: $0) + $0.backups.map(backupRow($0)) }
    }

    private func measures(of store: StoreRecord) -> [Row] {
        [("RPO", store.measuredRPO, store.targetRPO), ("RTO", store.measuredRTO, store.targetRTO)].map {
            name, measured, target in
            Row(
                record: "measure", store: store.name, name: name,
                result: measured == nil ? "not measured" : "measured", seconds: measured,
                words: target.map { "promised \(Units.duration($0))" } ?? "no promise")
        }
    }

    private func storeRow(_ store: StoreRecord) -> Row {
        Row(
            record: "store", store: store.name, name: store.location,
            result: store.population == nil ? "not listed" : "listed", from: store.population?.listed,
            bytes: store.population?.bytes, words: store.policy.joined(separator: "; "))
    }

    private func backupRow(_ store: StoreRecord) -> (BackupRecord) -> Row {
        { backup in
            Row(
                record: "backup", store: store.name, name: backup.label,
                result: backup.verdict?.rawValue ?? "never verified", level: backup.level?.rawValue ?? "",
                from: backup.taken, to: backup.proofs.map(\.at).max(), bytes: backup.bytes)
        }
    }

    private var exceptions: [Row] {
        report.exceptions.map {
            Row(
                record: "exception", store: $0.store, name: $0.subject,
                result: $0.closed == nil ? "open" : "over", level: $0.kind, from: $0.since, to: $0.closed,
                words: $0.words)
        }
    }

    private var trials: [Row] {
        report.trials.map {
            Row(
                record: "trial", store: $0.store ?? "", name: $0.label, result: $0.outcome.rawValue,
                level: $0.level?.rawValue ?? "", from: $0.started, to: $0.ended, seconds: $0.secondsToAnswer,
                words: $0.failure ?? "")
        }
    }

    private var restores: [Row] {
        report.restores.map {
            Row(
                record: "restore", name: $0.label, result: $0.exitStatus.map { String($0) } ?? "unfinished",
                from: $0.started, to: $0.ended, words: $0.failure ?? $0.target)
        }
    }

    private var slots: [Row] {
        report.missedSlots.map {
            Row(record: "missed slot", name: $0.schedule, result: $0.reason.rawValue, from: $0.slot)
        }
    }

    private var events: [Row] {
        report.events.map {
            Row(
                record: "event", name: $0.backup ?? "", result: $0.kind, from: $0.at,
                words: [$0.who, $0.words].compactMap(\.self).joined(separator: ": "))
        }
    }

    private var evidence: [Row] {
        report.evidence.map {
            [
                Row(
                    record: "evidence", name: $0.root, result: "signed",
                    words: "\($0.leaves) leaves, by \($0.key)")
            ]
        } ?? []
    }

    private var controls: [Row] {
        report.frameworks.flatMap { framework in
            framework.controls.map {
                Row(
                    record: "control", name: "\(framework.id) \($0.number)", result: $0.result.rawValue,
                    words: $0.because.joined(separator: "; "))
            }
        }
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Always in quotes, whatever separates cells where it is opened.
    private static func cell(_ text: String) -> String {
        var quoted = ""
        for scalar in InertText.shown(text).unicodeScalars {
            quoted += scalar == "\"" ? "\"\"" : ""
            if scalar != "\"" { quoted.unicodeScalars.append(scalar) }
        }
        return "\"\(isFormula(text) ? "'" : "")\(quoted)\""
    }

    /// Also of wide signs, and behind blanks.
    private static func isFormula(_ text: String) -> Bool {
        let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
        return first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
    }
}
