// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import Logging
import ObjectStore
import Verifier

/// The backups of a store that a command was asked to work on.
struct Selection: Sendable {
    var location: String
    var backups: [Backup]
    var foreign: [ObjectName]
    /// All backups of the store, for advice on which to turn to.
    var neighbours: [Backup]

    /// Whether every backup of the store was asked for.
    var isWhole: Bool { backups.count == neighbours.count }
}

extension Application {
    /// Lists the store and chooses: `all`, `latest` or a label.
    func select(_ which: String, in store: any ObjectStore) throws -> Selection {
        let catalogue = try Catalogue.scan(store)
        guard !catalogue.backups.isEmpty else {
            throw CommandError.nothingFound(store.url, hints: try hintsForNothing(at: store.url))
        }
        let foreign = catalogue.foreign.map(\.name)
        switch which {
        case "all":
            return Selection(
                location: store.url, backups: catalogue.backups, foreign: foreign,
                neighbours: catalogue.backups)
        case "latest":
            let choice = try latest(of: catalogue, in: store)
            for skipped in choice.skipped {
                terminal.say("skipped \(skipped.label): \(skipped.reason)")
            }
            guard let backup = choice.backup else {
                throw CommandError.nothingFound(
                    store.url, hints: choice.skipped.map { "\($0.label): \($0.reason)." })
            }
            return Selection(
                location: store.url, backups: [backup], foreign: [], neighbours: catalogue.backups)
        default:
            let backup = try catalogue.backup(labelled: which)
            return Selection(
                location: store.url, backups: [backup], foreign: [], neighbours: catalogue.backups)
        }
    }

    /// The newest complete backup; one that is known damaged is verified again like any other.
    private func latest(of catalogue: Catalogue, in store: any ObjectStore) throws -> LatestChoice {
        var claims: [String: BackupClaims] = [:]
        for backup in catalogue.backups { claims[backup.label] = try self.claims(of: backup, in: store) }
        return catalogue.latest(
            time: { claims[$0.label]?.time }, completeness: { claims[$0.label]?.completeness ?? .complete },
            objection: { claims[$0.label]?.doubt })
    }

    /// An empty place that once held backups is more likely a lost mount than a deletion.
    private func hintsForNothing(at url: String) throws -> [String] {
        let known = try existingHistory()?.backups(.init(place: url)).count ?? 0
        return known > 0
            ? [
                "the history knows \(Units.count(known, "backup")) here: is the mount lost, or the prefix wrong?"
            ]
            : [
                "a backup is a folder with base.tar, backup_manifest or backup.sha256 in it: check the prefix."
            ]
    }

    /// Verifies, says what it finds as it goes, and gives the status to exit with.
    func verify(
        _ selection: Selection, of store: any ObjectStore, _ ledger: any Ledger,
        _ options: VerificationOptions,
        isVerbose: Bool, isJSON: Bool
    ) throws -> ExitStatus {
        let text = VerifyText(terminal, labels: selection.backups.map(\.label))
        let size = selection.backups.reduce(UInt64(0)) { $0 &+ $1.size }
        terminal.say(
            "\(Units.count(selection.backups.count, "backup")), \(Units.bytes(size)) in \(selection.location), "
                + "level \(options.level.rawValue), \(Units.count(options.jobs, "job"))\n")
        let progress = VerifyProgress(totalBytes: size) { text.say($0, isVerbose: isVerbose) }
        let verification = Verification(
            of: store, ledger: ledger, options: options, clock: clock, cancellation: cancellation,
            observer: progress)
        let start = ContinuousClock.now
        var report = try ProgressDisplay(terminal: terminal).whileShown({ progress.line }) {
            try verification.run(
                selection.backups, among: selection.neighbours, location: selection.location,
                foreign: selection.foreign)
        }
        // The verdict stands, and is in the history; what is told beside it must not take its place.
        report.absent = (try? absent(selection, ledger)) ?? []
        let status = report.isInterrupted ? cancellation.exitStatus ?? .interrupted : report.exitStatus
        text.saySummary(report, newestSound: try? newestSound(report, selection, ledger, in: store))
        if isJSON {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            terminal.document(
                try JSONDocument.text(VerifyDocument(report, exitStatus: status, seconds: seconds)))
        }
        return status
    }

    /// The backups that the history knows at this place and the listing does not show.
    ///
    /// Retention removes backups every day, so this is told and is no verdict.
    private func absent(_ selection: Selection, _ ledger: any Ledger) throws -> [String] {
        guard selection.isWhole, let history = ledger as? HistoryDatabase else { return [] }
        let present = Set(selection.backups.map { $0.place(inStoreAt: selection.location).url })
        return try history.backups(.init(place: selection.location))
            .filter { !present.contains($0.place.url) }.map(\.place.label).sorted()
    }

    /// The newest backup of the store that is verified, by this run or, where it did not look, an earlier one.
    private func newestSound(
        _ report: VerificationReport, _ selection: Selection, _ ledger: any Ledger, in store: any ObjectStore
    ) throws -> String? {
        let looked = Set(selection.backups.map(\.label))
        var sound = Set(report.backups.filter { $0.verdict == .verified }.map(\.label))
        if let history = ledger as? HistoryDatabase {
            let places = try history.backups(.init(place: selection.location))
                .filter { $0.verdict == .verified }.map(\.place.url)
            let remembered = selection.neighbours.filter {
                !looked.contains($0.label)
                    && places.contains($0.place(inStoreAt: selection.location).url)
            }
            sound.formUnion(remembered.map(\.label))
        }
        let timed = try selection.neighbours.filter { sound.contains($0.label) }.map {
            ($0.label, try time(of: $0, in: store)?.timestamp)
        }
        return timed.max { ($0.1?.nanoseconds ?? .min) < ($1.1?.nanoseconds ?? .min) }?.0
    }
}
