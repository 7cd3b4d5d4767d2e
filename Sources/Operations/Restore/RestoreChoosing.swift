// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import PrivatePostgres
import Restorer

/// Chooses the backup that a restore takes, and refuses what is known to speak against it.
struct RestoreChoosing {
    private let order: RestoreOrder
    private let store: any ObjectStore
    private let memory: Memory
    private let descriptions: SelfDescriptions
    private let grouped: GroupedBackups

    init(_ restore: RestoreBackup) {
        (order, store, memory) = (restore.order, restore.store, restore.standing)
        descriptions = SelfDescriptions(store: restore.store, context: restore.context)
        grouped = GroupedBackups(store: restore.store, memory: restore.standing, context: restore.context)
    }

    func choose() throws -> RestorePlanner.Choice {
        let catalogue = try Catalogue.scan(store)
        guard !catalogue.backups.isEmpty else { throw nothingThere() }
        let standings = try memory.standings(at: store.url)
        func standing(_ backup: Backup) -> BackupStanding? {
            standings[backup.place(inStoreAt: store.url).url]
        }
        let choice =
            order.backup == "latest" ? try latest(catalogue, standing) : try named(order.backup, catalogue)
        try refuseMissingFiles(of: choice.backup)
        try refuseKnownDamage(choice.backup, standing(choice.backup))
        return choice
    }

    private func named(_ label: String, _ catalogue: Catalogue) throws -> RestorePlanner.Choice {
        let backup = try catalogue.backup(labelled: label)
        let said = try descriptions.description(of: backup)
        try refuseIncomplete(backup, said)
        return .init(backup: backup, time: said.time, neighbours: catalogue.backups)
    }

    private func latest(
        _ catalogue: Catalogue, _ standing: (Backup) -> BackupStanding?
    ) throws -> RestorePlanner.Choice {
        let said = try descriptions.descriptions(of: catalogue.backups)
        let time: Timestamp? = if case .time(let time) = order.request.goal.target { time } else { nil }
        // The only one there is was named as much as if its label had been.
        let isOnly = catalogue.backups.count == 1
        let group = try onlyGroup(of: catalogue, said)
        let choice = catalogue.only(group).latestToRestore(
            goal: time, time: { said[$0.label]?.time },
            completeness: { said[$0.label]?.completeness ?? .complete },
            standing: { isOnly || $0.label == order.request.acceptedDamage ? nil : standing($0) },
            doubt: { said[$0.label]?.doubt })
        guard let backup = choice.backup else {
            if let only = catalogue.backups.first, isOnly, let said = said[only.label] {
                try refuseIncomplete(only, said)
            }
            throw OperationError.nothingFound(
                store.url, hints: choice.skipped.map { "\($0.label): \($0.reason)." })
        }
        return .init(
            backup: backup, time: choice.time, skipped: choice.skipped + group.skippedStrangers,
            neighbours: catalogue.backups)
    }

    /// Nobody but a person can say which of several clusters is wanted.
    private func onlyGroup(of catalogue: Catalogue, _ said: [String: SelfDescription]) throws -> BackupGroup {
        let groups = try grouped.groups(of: catalogue) { said[$0.label]?.time }
        let restorable = groups.filter { $0.backups.contains { $0.kind == .tar || $0.kind == .plain } }
        guard let group = restorable.first ?? groups.first, restorable.count <= 1 else {
            throw OperationError.severalClusters(
                store.url,
                restorable.map { group in
                    let time = { (backup: Backup) in said[backup.label]?.time }
                    let latest = catalogue.only(group).latest(
                        time: time, completeness: { said[$0.label]?.completeness ?? .complete })
                    return .init(
                        folders: group.names, count: group.backups.count,
                        label: latest.backup?.label ?? group.backups[0].label)
                })
        }
        return group
    }

    private func nothingThere() -> any UserError {
        guard let path = order.localPath else {
            return OperationError.nothingFound(
                store.url,
                hints: [
                    "a backup is a folder with base.tar, backup_manifest or backup.sha256 in it: check the place."
                ])
        }
        return RestoreError.localBackupMissing(
            path, reason: "there is no base.tar and no data directory in it")
    }

    private func refuseIncomplete(_ backup: Backup, _ said: SelfDescription) throws {
        guard case .incomplete(let reasons, _) = said.completeness else { return }
        let reason = reasons.joined(separator: "; ")
        if let path = order.localPath { throw RestoreError.localBackupMissing(path, reason: reason) }
        throw RestoreError.notProven(
            backup.label, reason: reason,
            hint: backup.manifest == nil && backup.sumFile == nil
                ? "is it still being uploaded? If you know that it is whole, write that down in its folder: find . -type f ! -name 'backup.sha256*' -exec sha256sum {} + > backup.sha256"
                : "is it still being uploaded? `pg_backctl list` shows the others.")
    }

    /// A local backup that lacks an archive is none, whoever says that it should be there.
    private func refuseMissingFiles(of backup: Backup) throws {
        guard let path = order.localPath else { return }
        let missing = backup.missingArchives(try backup.readSumFile(in: store))
        guard !missing.isEmpty else { return }
        let names = missing.map { "'\($0)'" }.joined(separator: ", ")
        throw RestoreError.localBackupMissing(path, reason: "there is no \(names)")
    }

    private func refuseKnownDamage(_ backup: Backup, _ standing: BackupStanding?) throws {
        let accepted = order.request.acceptedDamage
        if let accepted, accepted != backup.label {
            throw OperationError.usage(
                "--accept-damage '\(accepted)' is not the backup that is restored ('\(backup.label)')",
                hint: "type the label of the backup whose damage you accept.")
        }
        switch standing?.verdict {
        case .damaged where accepted == nil:
            let since = standing.map { "\($0.since)" } ?? "long"
            let known = try openErrors(of: backup).first
            throw RestoreError.damaged(backup.label, [Finding(.bytes(.knownSince(since, as: known)))])
        case .tampered:
            throw RestoreError.tampered(
                backup.label, reason: "found on \(standing?.since.day ?? "an earlier day") and not accepted")
        default: return
        }
    }

    /// What the history says of it that nothing has refuted.
    private func openErrors(of backup: Backup) throws -> [String] {
        let place = backup.place(inStoreAt: store.url)
        let lines = try memory.history?.findings(.init(place: place.url, isOpen: true)) ?? []
        return lines.filter { $0.severity == .error }.map(\.message)
    }
}
