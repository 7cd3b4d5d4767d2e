// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

/// The backups that a restore reads: the one that was chosen and, when it is incremental, all that it builds on.
struct SourceChain {
    private static let longest = 1000

    let store: any ObjectStore
    /// All backups of the store, in the order of their labels.
    let neighbours: [Backup]
    /// Reads what is to be known of a backup that belongs to the chain.
    let facts: (Backup) throws -> BackupFacts

    /// The chain that ends with `last`, the full backup first.
    func sources(endingWith last: RestorePlan.Source) throws -> [RestorePlan.Source] {
        var chain = [last]
        while let parent = chain[0].facts.backupLabel?.parent {
            guard chain.count <= Self.longest else {
                throw RestoreError.notProven(
                    last.facts.label, reason: "it builds on more than \(Self.longest) backups",
                    hint: "take a full backup.")
            }
            let backup = try backup(parent, of: chain[0], except: Set(chain.map(\.facts.label)))
            chain.insert(.init(backup: backup, facts: try facts(backup)), at: 0)
        }
        return chain
    }

    /// Of the other backups only the manifests are read.
    private func backup(
        _ parent: BackupLabel.Parent, of child: RestorePlan.Source, except used: Set<String>
    ) throws(RestoreError) -> Backup {
        let result: ParentSearch.Result
        do throws(ObjectStoreError) {
            result = try ParentSearch(of: child.backup, among: neighbours, except: used).find(
                ParentBackup(timeline: parent.timeline, start: parent.start.position),
                of: child.facts.manifest?.systemIdentifier, known: { _ in nil }
            ) { candidate throws(ObjectStoreError) in
                try candidate.readManifest(in: store).map { BackupOrigin($0) }
            }
        } catch { throw .unreadable(error) }
        if let backup = result.backup { return backup }
        throw .noParent(of: child.facts.label, parent, result)
    }
}

extension RestoreError {
    fileprivate static func noParent(
        of label: String, _ parent: BackupLabel.Parent, _ result: ParentSearch.Result
    ) -> RestoreError {
        let start = "\(parent.start) of timeline \(parent.timeline)"
        guard let first = result.unread.first else {
            return .notProven(
                label,
                reason: "it is incremental, and the backup that starts at \(start) is not in the store",
                hint: "bring that backup back, or restore another one.")
        }
        return .parentUnread(
            label,
            reason: "the backup that starts at \(start) was not found; \(result.doubt), and may be it",
            hints: first.error.hints)
    }
}
