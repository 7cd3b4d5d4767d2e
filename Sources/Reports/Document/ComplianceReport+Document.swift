// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

extension ComplianceReport {
    /// What people read of it, with times in a zone.
    func document(in zone: CivilZone) -> Document {
        var document = frame.document(
            "Backups of PostgreSQL: compliance report", in: zone, method: [Self.reading]
        ) { words in
            [first] + stores.flatMap { StorePages($0, words, period).parts }
                + [exceptionsPart(words), trialsPart(words), restoresPart(words), recordPart(words)]
                + frameworks.map(frameworkPart)
        }
        document.sections.append(signOff)
        return document
    }

    private static let reading =
        "Read as: met, shown for the whole period; met with exceptions, something went wrong and was over by the end; not met, something is open; no data, nobody looked or nothing is asked for, which is no pass."

    private var first: Document.Part {
        Document.Part(
            heading: "Summary", blocks: [.result(result, "The questions below together"), .list(summary)])
    }

    private func exceptionsPart(_ words: ReportWords) -> Document.Part {
        let rows = exceptions.map { exception in
            [
                exception.store.isEmpty ? "all" : exception.store, exception.kind, exception.subject,
                words.time(exception.since), exception.closed.map { words.time($0) } ?? "open",
                String(exception.days), exception.words, exception.remedy,
            ]
        }
        return Document.Part(
            heading: "Exceptions",
            blocks: [
                .table(
                    Document.Grid(
                        caption: "What went wrong, from when it was first seen to when it was over",
                        columns: [
                            .init(title: "Store"), .init(title: "Kind"), .init(title: "Of"),
                            .init(title: "Since"),
                            .init(title: "Over"), .init(title: "Days", isRight: true), .init(title: "What"),
                            .init(title: "Meaning and remedy"),
                        ], rows: rows, empty: "Nothing was found wrong by what looked."))
            ])
    }

    private func trialsPart(_ words: ReportWords) -> Document.Part {
        let rows = trials.map { trial in
            [
                String(trial.trial), trial.store ?? "-", trial.label, words.time(trial.started),
                trial.outcome.rawValue, trial.level?.rawValue ?? "-", words.seconds(trial.secondsToAnswer),
                words.seconds(trial.secondsBehind),
                "\(trial.checksPassed) passed, \(trial.checksFailed) failed, \(trial.checksNotRun) not run",
                trial.cleanUp ?? "-", trial.failure ?? "",
            ]
        }
        let table = Document.Block.table(
            Document.Grid(
                caption: "Trial restores: a backup was restored, started and asked",
                columns: [
                    .init(title: "Trial", isRight: true), .init(title: "Store"), .init(title: "Backup"),
                    .init(title: "Started"), .init(title: "Outcome"), .init(title: "Level"),
                    .init(title: "Until it answered", isRight: true),
                    .init(title: "Data behind", isRight: true),
                    .init(title: "Checks"), .init(title: "Clean-up"), .init(title: "Why"),
                ], rows: rows, empty: "No trial restore was made in the period."))
        let trend = TrialPicture(trials, stores.compactMap(\.targetRTO).min()).picture.map {
            [Document.Block.picture($0)]
        }
        return Document.Part(heading: "Trial restores", blocks: (trend ?? []) + [table])
    }

    private func restoresPart(_ words: ReportWords) -> Document.Part {
        let rows = restores.map { restore in
            [
                String(restore.restore), restore.label, restore.target, words.time(restore.started),
                words.time(restore.ended), restore.exitStatus.map { String($0) } ?? "-",
                restore.acceptsDamage ? "yes" : "no", restore.failure ?? "",
            ]
        }
        return Document.Part(
            heading: "Restores",
            blocks: [
                .table(
                    Document.Grid(
                        caption:
                            "By 'pg_backctl restore', whatever for; exit status 0 means that the databases are there",
                        columns: [
                            .init(title: "Restore", isRight: true), .init(title: "Backup"),
                            .init(title: "Target"),
                            .init(title: "Started"), .init(title: "Ended"),
                            .init(title: "Exit", isRight: true),
                            .init(title: "Damage accepted"), .init(title: "Why"),
                        ], rows: rows, empty: "None was made in the period."))
            ])
    }

    private func recordPart(_ words: ReportWords) -> Document.Part {
        let slots = Document.Grid(
            caption: "Times at which a sweep should have run and none did",
            columns: [.init(title: "Schedule"), .init(title: "Time"), .init(title: "Why")],
            rows: missedSlots.map { [$0.schedule, words.time($0.slot), $0.reason.rawValue] },
            empty: "None that the service knows of.")
        let acts = Document.Grid(
            caption: "What people decided, and what was done to the record",
            columns: [
                .init(title: "When"), .init(title: "What"), .init(title: "Of"), .init(title: "Who"),
                .init(title: "Words"),
            ],
            rows: events.map { [words.time($0.at), $0.kind, $0.backup ?? "-", $0.who ?? "-", $0.words] },
            empty: "Nothing.")
        return Document.Part(heading: "Schedule and record", blocks: [.table(slots), .table(acts)])
    }

    private func frameworkPart(_ framework: FrameworkRecord) -> Document.Part {
        let rows = framework.controls.map { control in
            [
                control.number, control.title, control.asks, control.result.rawValue,
                control.because.joined(separator: "; "), control.leavesOut,
            ]
        }
        return Document.Part(
            heading: framework.title,
            blocks: [
                .paragraph(
                    "Version \(framework.version); \(framework.source). What each control asks is said in \(framework.file.map { "the words of the file '\($0)'" } ?? "our words")."
                ),
                .table(
                    Document.Grid(
                        caption: "Controls of \(framework.title) that backups answer",
                        columns: [
                            .init(title: "Control"), .init(title: "Title"), .init(title: "Asks"),
                            .init(title: "Result"), .init(title: "Because"), .init(title: "Not covered"),
                        ], rows: rows)),
            ])
    }

    private var signOff: Document.Part {
        Document.Part(
            heading: "Sign-off",
            blocks: [
                .table(
                    Document.Grid(
                        caption: "Who has read and accepted this report",
                        columns: [
                            .init(title: "Name"), .init(title: "Role"), .init(title: "Date"),
                            .init(title: "Signature"),
                        ],
                        rows: [["", "", "", ""], ["", "", "", ""]]))
            ])
    }
}
