// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What is said of one store.
struct StorePages {
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
