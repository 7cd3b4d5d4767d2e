// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import History
import ObjectStore

/// Lists a store and chooses from it what is to be verified.
struct BackupChoosing {
    let store: any ObjectStore
    /// What the run goes by.
    let memory: Memory
    /// Opens what says that there was more once.
    let known: () throws -> Memory
    let context: OperationContext

    /// `which` is `all`, `latest` or a label.
    func select(_ which: String) throws -> BackupSelection {
        let catalogue = try Catalogue.scan(store)
        guard !catalogue.backups.isEmpty else {
            throw OperationError.nothingFound(store.url, hints: try hintsForNothing())
        }
        var selection = BackupSelection(
            location: store.url, backups: catalogue.backups, foreign: [], neighbours: catalogue.backups)
        switch which {
        case "all": selection.foreign = catalogue.foreign.map(\.name)
        case "latest": try chooseLatest(of: catalogue, &selection)
        default: selection.backups = [try catalogue.backup(labelled: which)]
        }
        return selection
    }

    /// The newest complete backup of each cluster; one that is known damaged is verified again like any other.
    private func chooseLatest(of catalogue: Catalogue, _ selection: inout BackupSelection) throws {
        let said = try SelfDescriptions(store: store, context: context).descriptions(of: catalogue.backups)
        selection.backups = []
        let grouped = GroupedBackups(store: store, memory: memory, context: context)
        for group in try grouped.groups(of: catalogue, time: { said[$0.label]?.time }) {
            let choice = catalogue.only(group).latest(
                time: { said[$0.label]?.time }, completeness: { said[$0.label]?.completeness ?? .complete },
                objection: { said[$0.label]?.doubt })
            if let backup = choice.backup { selection.backups.append(backup) }
            selection.skipped += choice.skipped + group.skippedStrangers
        }
        guard !selection.backups.isEmpty else {
            throw OperationError.nothingFound(
                store.url, hints: selection.skipped.map { "\($0.label): \($0.reason)." })
        }
    }

    /// An empty place that once held backups is more likely a lost mount than a deletion.
    private func hintsForNothing() throws -> [String] {
        let known = try known().history?.backups(.init(place: store.url)).count ?? 0
        return known > 0
            ? [
                "the history knows \(Units.count(known, "backup")) here: is the mount lost, or the prefix wrong?"
            ]
            : [
                "a backup is a folder with base.tar, backup_manifest or backup.sha256 in it: check the prefix."
            ]
    }
}
