// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

extension ComplianceReport {
    /// What people read of it, with times in a zone.
    func document(in zone: CivilZone) -> Document {
        let words = ReportWords(zone: zone)
        let stores = stores.flatMap { StorePages($0, words, period).parts }
        return Document(
            title: "Backups of PostgreSQL: compliance report",
            subtitle:
                "Period \(period.name) (\(words.day(period.from)) to \(words.day(period.to.advanced(bySeconds: -1))), \(period.zone)), made \(words.time(made)) by pg_backctl \(tool.version)",
            sections: [first] + stores + [
                exceptionsPart(words), trialsPart(words), restoresPart(words), recordPart(words),
            ]
                + frameworks.map(frameworkPart) + [evidencePart].compactMap(\.self) + [
                    method(words), signOff,
                ])
    }

    private var first: Document.Part {
        Document.Part(
            heading: "Summary", blocks: [.result(result, "All questions together"), .list(summary)])
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

    private func method(_ words: ReportWords) -> Document.Part {
        var lines = limits
        lines.append(
            "Read as: met, shown for the whole period; met with exceptions, something went wrong and was over by the end; not met, something is open; no data, nobody looked or nothing is asked for, which is no pass."
        )
        lines.append("pg_backctl \(tool.version)\(tool.sha256.map { ", SHA-256 of its file \($0)" } ?? "").")
        return Document.Part(heading: "Method and limits", blocks: [.list(lines)])
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

/// What is said of one store.
private struct StorePages {
    private let store: StoreRecord
    private let words: ReportWords
    private let period: ComplianceReport.Period

    init(_ store: StoreRecord, _ words: ReportWords, _ period: ComplianceReport.Period) {
        (self.store, self.words, self.period) = (store, words, period)
    }

    var parts: [Document.Part] {
        [
            Document.Part(
                heading: "Store \(store.name)",
                blocks: [.paragraph("Location: \(store.location)"), .list(facts)]
                    + ([LadderPicture(store).picture, ProofPicture(store, period).picture].compactMap(\.self)
                    + StandingPictures(store).pictures).map(Document.Block.picture) + [.table(backups)])
        ]
    }

    private var facts: [String] {
        let bad = store.backups.count { $0.verdict?.isBad == true }
        var lines = store.policy.map { "\($0)." }
        lines.append(population)
        lines.append(
            "\(Units.count(store.sweeps, "sweep")) of the period looked at it\(store.failedSweeps > 0 ? ", of which \(store.failedSweeps) could not" : ""); \(Units.bytes(store.bytesRead)) read in \(Units.duration(store.seconds))."
        )
        if let last = store.standings.last {
            lines.append(
                "Within policy after the last sweep: \(last.within) of \(Units.count(last.backups, "backup"))\(bad > 0 ? "; now damage is known of \(bad)" : "")."
            )
        }
        lines.append(measured("Recovery point (RPO)", store.measuredRPO, store.targetRPO))
        lines.append(measured("Recovery time (RTO)", store.measuredRTO, store.targetRTO))
        return lines
    }

    private var population: String {
        guard let population = store.population else {
            return "No sweep of the period could list it: which backups there were is not known."
        }
        let gone =
            population.gone > 0 ? "; \(population.gone) that were there earlier in the period are gone" : ""
        return
            "Population: all \(Units.count(population.backups, "backup")), \(Units.bytes(population.bytes)), as listed by sweep \(population.sweep) on \(words.time(population.listed)), not a sample\(gone)."
    }

    private func measured(_ name: String, _ measured: Double?, _ target: Double?) -> String {
        let promise = target.map { "promised \(Units.duration($0))" } ?? "no promise"
        return "\(name): \(measured.map { "measured \(Units.duration($0))" } ?? "not measured"), \(promise)."
    }

    private var backups: Document.Grid {
        Document.Grid(
            caption: "Backups at the end of the period, and when each level was last shown",
            columns: [
                .init(title: "Backup"), .init(title: "Taken"), .init(title: "Size", isRight: true),
                .init(title: "Verdict"), .init(title: "Shown"), .init(title: "Proofs"),
            ],
            rows: store.backups.map { backup in
                [
                    backup.label, words.time(backup.taken), Units.bytes(backup.bytes),
                    (backup.verdict?.rawValue ?? "never verified")
                        + (backup.damageFound.map { " since \(words.day($0))" } ?? ""),
                    words.level(backup.level),
                    backup.proofs.map { "\($0.level.rawValue) \(words.day($0.at))" }.joined(separator: ", "),
                ]
            }, empty: store.population == nil ? "Not known." : "No backup was there.")
    }
}
