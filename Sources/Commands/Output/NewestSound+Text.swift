// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Operations

extension NewestSound {
    /// Which backup to turn to; several clusters have one each.
    static func words(_ newest: [NewestSound]) -> String {
        guard newest.count > 1 else {
            return newest.first?.label.map { "Newest sound backup: \($0)." } ?? "No sound backup."
        }
        let sound = newest.compactMap(\.label).joined(separator: ", ")
        let none = newest.filter { $0.label == nil }.map(\.group.names)
        return (sound.isEmpty ? "No sound backup." : "Newest sound backups: \(sound).")
            + (none.isEmpty || sound.isEmpty ? "" : " None in \(none.joined(separator: ", ")).")
    }

    /// For each cluster that has a damaged backup, which of its own is sound.
    static func hints(_ newest: [NewestSound], damaged report: VerificationReport) -> [String] {
        let damaged = Set(report.backups.filter { $0.verdict == .damaged }.map(\.label))
        let hints = newest.filter { $0.group.backups.contains { damaged.contains($0.label) } }.map {
            cluster in
            cluster.label.map { "is the damaged one still needed? \($0) is sound." }
                ?? "is there a second copy? nothing \(newest.count > 1 ? "in \(cluster.group.names)" : "here") is proven sound."
        }
        return hints.isEmpty && !damaged.isEmpty
            ? ["is there a second copy? nothing of its cluster is proven sound."] : hints
    }
}
