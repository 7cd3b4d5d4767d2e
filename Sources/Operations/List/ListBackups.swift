// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import Restorer

/// Shows the backups of a store from its listing, their small files and the history.
public struct ListBackups: Sendable {
    private let store: any ObjectStore
    /// Of WAL; nil when nobody asked what can be recovered.
    private let archive: (any ObjectStore)?
    private let memory: Memory
    private let context: OperationContext

    /// Opens the store, and the archive of WAL; nothing of them is read yet.
    public init(
        _ address: StoreAddress, archive: StoreAddress? = nil, _ memory: Memory, _ context: OperationContext
    ) throws {
        store = try StoreOpening(address: address, context: context).open(jobs: 1)
        self.archive = try archive.map { try StoreOpening(address: $0, context: context).open(jobs: 1) }
        (self.memory, self.context) = (memory, context)
    }

    /// Reads the listing, the info files and, of tar backups without a sum file, the manifests; with an archive of WAL
    /// also what each backup can be recovered to.
    public func list(withRestorePoints: Bool = false) throws -> BackupListing {
        let catalogue = try Catalogue.scan(store)
        let standings = try memory.standings(at: store.url)
        let descriptions = SelfDescriptions(store: store, context: context)
        let lines = try catalogue.backups.map { backup in
            let said = try descriptions.description(of: backup)
            let place = backup.place(inStoreAt: store.url)
            let standing = standings[place.url]
            return BackupListing.Line(
                backup: backup, time: said.time, completeness: said.completeness,
                lastProof: try memory.history?.lastProof(of: place),
                lastTrial: try memory.history?.lastTrial(of: place),
                badStanding: Catalogue.objection(to: standing) == nil ? nil : standing)
        }
        return BackupListing(
            location: store.url, lines: lines, foreign: catalogue.foreign, now: context.clock.now,
            recoverable: try recoverable(lines, withRestorePoints: withRestorePoints))
    }

    /// Looks into the archive for each backup; what cannot be told of one is told instead.
    private func recoverable(
        _ lines: [BackupListing.Line], withRestorePoints: Bool
    ) throws -> [RecoverableLine] {
        guard let archive else { return [] }
        return try lines.map { line in
            RecoverableLine(
                label: line.backup.label, time: line.time, badStanding: line.badStanding,
                view: try view(of: line.backup, archive, withRestorePoints: withRestorePoints))
        }
    }

    private func view(
        of backup: Backup, _ archive: any ObjectStore, withRestorePoints: Bool
    ) throws -> Result<WALArchiveView, RestoreError> {
        do throws(RestoreError) {
            return .success(
                try WALArchiveView.look(
                    at: backup, in: store, archive: archive, withRestorePoints: withRestorePoints,
                    cancellation: context.cancellation))
        } catch {
            if let status = context.cancellation.exitStatus { throw RestoreError.interrupted(status) }
            return .failure(error)
        }
    }
}
