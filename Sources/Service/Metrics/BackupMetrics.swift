// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What is told of each backup.
enum BackupMetrics {
    static func families(_ stores: [ShownStore]) -> [MetricFamily] {
        var state = MetricFamily(
            "backup_state", "How the backup stands: its verdict and the highest level shown; always 1.")
        var proof = MetricFamily(
            "backup_last_proof_timestamp_seconds", "When the level was last shown of the backup.")
        var size = MetricFamily("backup_size_bytes", "The size of the backup's objects.")
        var taken = MetricFamily("backup_taken_timestamp_seconds", "When the backup was taken.")
        for store in stores {
            for backup in store.backups {
                state.add(
                    1,
                    [
                        "store": store.name, "backup": backup.label, "group": backup.group,
                        "verdict": backup.verdict?.rawValue ?? "none",
                        "level": backup.level?.rawValue ?? "none",
                    ])
                for shown in backup.proofs {
                    proof.add(
                        shown.at,
                        ["store": store.name, "backup": backup.label, "level": shown.level.rawValue])
                }
                size.add(Double(backup.bytes), ["store": store.name, "backup": backup.label])
                taken.add(backup.taken, ["store": store.name, "backup": backup.label])
            }
        }
        return [state, proof, size, taken]
    }
}
