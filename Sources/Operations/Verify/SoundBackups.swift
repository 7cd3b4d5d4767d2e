// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Catalogue
import History
import ObjectStore
import Verifier

/// Which backups of a store are known to be sound, by a run and by those before it.
struct SoundBackups {
    let store: any ObjectStore
    let memory: Memory
    let context: OperationContext

    /// The backups that the history knows at this place and the listing does not show.
    ///
    /// Retention removes backups every day, so this is told and is no verdict.
    func absent(from selection: BackupSelection) throws -> [String] {
        guard selection.isWhole, let history = memory.history else { return [] }
        let present = Set(selection.backups.map { $0.place(inStoreAt: selection.location).url })
        return try history.backups(.init(place: selection.location))
            .filter { !present.contains($0.place.url) }.map(\.place.label).sorted()
    }

    /// Of each cluster the newest backup that is verified, by this run or, where it did not look, an earlier one.
    func newest(of report: VerificationReport, _ selection: BackupSelection) throws -> [NewestSound] {
        let verified = Set(report.backups.filter { $0.verdict == .verified }.map(\.label))
        let sound = try verified.union(remembered(selection))
        let descriptions = SelfDescriptions(store: store, context: context)
        var times: [String: BackupTime] = [:]
        for backup in selection.neighbours where sound.contains(backup.label) {
            times[backup.label] = try descriptions.time(of: backup)
        }
        let groups = try GroupedBackups(store: store, memory: memory, context: context)
            .groups(of: Catalogue(backups: selection.neighbours)) {
                try times[$0.label] ?? descriptions.time(of: $0)
            }
        return groups.map { NewestSound(of: $0, among: sound, times) }
    }

    /// Those that this run did not look at.
    private func remembered(_ selection: BackupSelection) throws -> [String] {
        guard let history = memory.history else { return [] }
        let looked = Set(selection.backups.map(\.label))
        let places = try history.backups(.init(place: selection.location))
            .filter { $0.verdict == .verified }.map(\.place.url)
        return selection.neighbours.filter {
            !looked.contains($0.label) && places.contains($0.place(inStoreAt: selection.location).url)
        }.map(\.label)
    }
}

/// The newest backup of a cluster that is verified.
public struct NewestSound: Sendable, Equatable {
    /// The cluster, as all its backups that the store lists.
    public var group: BackupGroup
    /// Nil when none is known to be sound.
    public var label: String?

    fileprivate init(of group: BackupGroup, among sound: Set<String>, _ times: [String: BackupTime]) {
        self.group = group
        label =
            group.backups.filter { sound.contains($0.label) }.max { left, right in
                (times[left.label]?.timestamp.nanoseconds ?? .min)
                    < (times[right.label]?.timestamp.nanoseconds ?? .min)
            }?.label
    }
}
