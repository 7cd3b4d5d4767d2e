// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore

/// Asks again before an object is called missing or too many: the folder is listed once more, and, for one
/// that is missing, then HEAD.
struct AbsenceCheck {
    struct Outcome: Sendable {
        var findings: [Finding] = []
        var verdict: Verdict = .verified
        /// The objects that are missing beyond doubt.
        var missing: Set<ObjectName> = []
        /// Those of them that were removed together with their checksum.
        var removed: [ObjectName] = []
        /// Objects that nothing expects and that only the first listing is known to have.
        var phantoms: Set<ObjectName> = []

        func refutes(_ finding: Finding) -> Bool {
            finding.code == .unlistedObject && finding.object.map(phantoms.contains) == true
        }
    }

    let context: ReadingContext
    let backup: Backup

    func confirm(
        _ absentees: [BackupPlan.Absentee], gone: [ObjectName], unlisted: [ObjectName]
    ) throws(ObjectStoreError) -> Outcome {
        guard !absentees.isEmpty || !gone.isEmpty || !unlisted.isEmpty else { return Outcome() }
        var listed: Set<ObjectName> = []
        try context.store.list(backup.folder) { object throws(ObjectStoreError) in
            listed.insert(object.name.dropping(backup.folder.bytes.count))
        }
        // Somebody is removing the backup, or the mount is gone: that is no damage.
        if listed.isEmpty { return vanished(unlisted) }
        var outcome = Outcome()
        outcome.phantoms = Set(unlisted).subtracting(listed)
        let vanished = gone.map { BackupPlan.Absentee(name: $0, reason: .inManifest) }
        for absentee in absentees + vanished {
            if try exists(absentee.name, listed: listed) {
                outcome.findings.append(appeared(absentee.name))
                outcome.verdict = .mostSevere([outcome.verdict, .inconclusive])
            } else {
                outcome.findings.append(absentee.finding)
                outcome.verdict = .mostSevere([outcome.verdict, absentee.verdict])
                outcome.missing.insert(absentee.name)
                if absentee.verdict == .tampered { outcome.removed.append(absentee.name) }
            }
        }
        return outcome
    }

    private func exists(_ name: ObjectName, listed: Set<ObjectName>) throws(ObjectStoreError) -> Bool {
        if listed.contains(name) { return true }
        do throws(ObjectStoreError) {
            _ = try context.store.head(backup.folder + name)
            return true
        } catch {
            guard case .missing = error else { throw error }
            return false
        }
    }

    private func appeared(_ name: ObjectName) -> Finding {
        Finding(
            .objectChanging, object: name,
            message:
                "was not listed at first and is there now: verify again when nothing writes to the backup")
    }

    private func vanished(_ unlisted: [ObjectName]) -> Outcome {
        let finding = Finding(
            .objectChanging, message: "the whole backup went away while it was verified: was it deleted?")
        return Outcome(findings: [finding], verdict: .inconclusive, phantoms: Set(unlisted))
    }
}
