// SPDX-License-Identifier: Apache-2.0
import AuditModel

@testable import Planning

/// A store that gets a backup each night and loses the oldest ones, and a history that believes what sweeps do.
struct SimulatedStore {
    let name: String
    let policy: ProofPolicy
    private let size: UInt64
    private let kept: Int
    private(set) var backups: [KnownBackup] = []

    init(_ name: String, _ policy: ProofPolicy, size: UInt64, kept: Int) {
        (self.name, self.policy, self.size, self.kept) = (name, policy, size, kept)
    }

    var swept: StoreToSweep { StoreToSweep(name: name, policy: policy, backups: backups) }

    mutating func addBackup(at time: Timestamp) {
        var backup = KnownBackup(store: name, group: "main", label: time.basic, taken: time, bytes: size)
        backup.arrived = time.advanced(bySeconds: 1800)
        backups.append(backup)
        for place in backups.indices.dropLast(kept) where backups[place].goneSince == nil {
            backups[place].goneSince = time
        }
        // What is long gone is forgotten.
        if backups.count > kept + 120 { backups.removeFirst() }
    }

    /// Does work as a sweep would: a part is remembered, the whole is a proof.
    mutating func `do`(_ work: PlannedWork, at time: Timestamp) {
        guard let place = backups.firstIndex(where: { $0.key == work.backup }) else { return }
        if work.kind == .trial {
            return backups[place].trials.append(
                KnownTrial(at: time, level: work.level, isSample: work.isSample))
        }
        guard !work.isPartial else { return backups[place].bytesDone += work.bytes }
        backups[place].bytesDone = 0
        backups[place].proofs[work.level] = time
        if work.level == .inspected { backups[place].contentsKnown = true }
    }
}
