// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
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

    /// The newest backup of the store that is verified, by this run or, where it did not look, an earlier one.
    func newest(of report: VerificationReport, _ selection: BackupSelection) throws -> String? {
        let verified = Set(report.backups.filter { $0.verdict == .verified }.map(\.label))
        let sound = try verified.union(remembered(selection))
        let times = SelfDescriptions(store: store, context: context)
        let timed = try selection.neighbours.filter { sound.contains($0.label) }.map {
            ($0.label, try times.time(of: $0)?.timestamp)
        }
        return timed.max { ($0.1?.nanoseconds ?? .min) < ($1.1?.nanoseconds ?? .min) }?.0
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
