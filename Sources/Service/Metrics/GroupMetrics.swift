// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What is told of the backups of each cluster, and of what is not told one by one.
enum GroupMetrics {
    static func families(_ stores: [ShownStore]) -> [MetricFamily] {
        var newest = MetricFamily(
            "group_newest_backup_timestamp_seconds", "When the cluster's newest backup was taken.")
        var sound = MetricFamily(
            "group_newest_sound_backup_timestamp_seconds",
            "When the newest backup that can be restored was taken.")
        var until = MetricFamily(
            "group_recoverable_until_timestamp_seconds",
            "The newest moment that could be restored now; what is later would be lost.")
        var answer = MetricFamily(
            "group_time_to_answer_seconds",
            "How long the newest trial restore took until the server answered.")
        for store in stores {
            for group in store.groups {
                newest.add(group.newestBackup, ["store": store.name, "group": group.name])
                sound.add(group.newestSound?.taken, ["store": store.name, "group": group.name])
                until.add(group.recoverableUntil, ["store": store.name, "group": group.name])
                answer.add(group.secondsToAnswer, ["store": store.name, "group": group.name])
            }
        }
        return [newest, sound, until, answer, leftOut(stores)]
    }

    private static func leftOut(_ stores: [ShownStore]) -> MetricFamily {
        var family = MetricFamily(
            "metrics_left_out",
            "Backups and groups beyond the limit, the oldest, that have no metrics of their own.")
        for store in stores {
            family.add(Double(store.backupsLeftOut), ["store": store.name, "of": "backups"])
            family.add(Double(store.groupsLeftOut), ["store": store.name, "of": "groups"])
        }
        return family
    }
}
