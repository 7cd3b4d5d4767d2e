// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension ComplianceReport: WrittenReport {
    var frame: ReportFrame {
        ReportFrame(period: period, made: made, tool: tool, evidence: evidence, limits: limits)
    }

    /// What a spreadsheet gets of it.
    var rows: [CSVRow] {
        [
            [frame.row(result, summary)], stores.flatMap(CSVRow.all), exceptions.map(CSVRow.init), trialRows,
            restoreRows, slotRows, eventRows, controlRows, frame.evidenceRows,
        ].flatMap(\.self)
    }

    private var trialRows: [CSVRow] {
        trials.map {
            CSVRow(
                record: "trial", store: $0.store ?? "", name: $0.label, result: $0.outcome.rawValue,
                level: $0.level?.rawValue ?? "", from: $0.started, to: $0.ended, seconds: $0.secondsToAnswer,
                words: $0.failure ?? "")
        }
    }

    private var restoreRows: [CSVRow] {
        restores.map {
            CSVRow(
                record: "restore", name: $0.label, result: $0.exitStatus.map { String($0) } ?? "unfinished",
                from: $0.started, to: $0.ended, words: $0.failure ?? $0.target)
        }
    }

    private var slotRows: [CSVRow] {
        missedSlots.map {
            CSVRow(record: "missed slot", name: $0.schedule, result: $0.reason.rawValue, from: $0.slot)
        }
    }

    private var eventRows: [CSVRow] {
        events.map {
            CSVRow(
                record: "event", name: $0.backup ?? "", result: $0.kind, from: $0.at,
                words: [$0.who, $0.words].compactMap(\.self).joined(separator: ": "))
        }
    }

    private var controlRows: [CSVRow] {
        frameworks.flatMap { framework in
            framework.controls.map {
                CSVRow(
                    record: "control", name: "\(framework.id) \($0.number)", result: $0.result.rawValue,
                    words: $0.because.joined(separator: "; "))
            }
        }
    }
}
