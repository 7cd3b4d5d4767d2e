// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension BackupInfo {
    /// A label is often in local time, and a day alone is rounded: so much they may differ, in seconds.
    private static let tolerance: Int64 = 2 * 86_400

    /// What the claims get wrong about the backup, one message each.
    ///
    /// `label` is the backup's folder; the claim may be the whole of it or its last component. Without a
    /// sum file only what does not need one is compared. A claim that every info file makes and that is
    /// absent or unreadable here is told too: this is how a damaged line looks.
    public func contradictions(label: String, sumFile: SumFile?) -> [String] {
        contradictions(of: label) + contradictionsOfDigests() + silence()
            + (sumFile.map(contradictions(of:)) ?? [])
    }

    private func contradictions(of label: String) -> [String] {
        var messages: [String] = []
        if let claim = self.label, !Self.isLabel(claim, of: label) {
            messages.append("the label is '\(shown(claim))', the folder is '\(label)'")
        }
        if let timestamp, let named = LabelTime.read(label),
            !(-Self.tolerance...Self.tolerance).contains(timestamp.seconds(since: named))
        {
            messages.append("the time is \(timestamp), the folder is '\(label)'")
        }
        return messages
    }

    private func contradictionsOfDigests() -> [String] {
        var messages: [String] = []
        if let algorithm, !["sha256", "sha-256"].contains(algorithm.lowercased()) {
            messages.append("the checksum algorithm is '\(shown(algorithm))', the sum file holds SHA256")
        }
        if let sumFileName, sumFileName != SumFile.name {
            messages.append("the sum file is called '\(sumFileName)', expected '\(SumFile.name)'")
        }
        if let fileCount, !files.isEmpty, fileCount != files.count {
            messages.append("the number of files is \(fileCount), but \(files.count) are listed")
        }
        return messages
    }

    private func silence() -> [String] {
        let claims = [
            ("backup_label", label == nil), ("backup_timestamp", timestamp == nil),
            ("checksum_algorithm", algorithm == nil), ("manifest_file", sumFileName == nil),
            ("Total files", fileCount == nil),
        ]
        let absent = claims.filter(\.1).map { "'\($0.0)'" }
        return absent.isEmpty ? [] : ["there is no readable \(absent.joined(separator: ", "))"]
    }

    private func contradictions(of sumFile: SumFile) -> [String] {
        // The info file may count and list the sum file, itself and the manifest, or leave them out.
        let excused: Set<ObjectName> = [SumFile.name, BackupInfo.name, BackupManifest.name]
        let named = Set(sumFile.entries.map(\.name))
        if files.isEmpty { return contradictionsOfCount(named: named, excused: excused) }
        func messages(_ names: Set<ObjectName>, _ place: String) -> [String] {
            names.subtracting(excused).sorted().prefix(20).map { "'\($0)' is listed in the \(place) only" }
        }
        let claimed = Set(files)
        return messages(claimed.subtracting(named), "info file")
            + messages(named.subtracting(claimed), "sum file")
    }

    private func contradictionsOfCount(named: Set<ObjectName>, excused: Set<ObjectName>) -> [String] {
        let least = named.subtracting(excused).count
        guard let fileCount, !(least...least + excused.count).contains(fileCount) else { return [] }
        return ["the number of files is \(fileCount), the sum file lists \(named.count)"]
    }

    /// Whether a claimed label is the folder's, byte for byte.
    private static func isLabel(_ claim: String, of label: String) -> Bool {
        let claim = ObjectName(claim).description.utf8
        let label = label.utf8
        if claim.elementsEqual(label) { return true }
        guard let slash = label.lastIndex(of: UInt8(ascii: "/")) else { return false }
        return claim.elementsEqual(label[label.index(after: slash)...])
    }

    private func shown(_ text: String) -> String { ObjectName(bytes: text.utf8.prefix(200)).description }
}
