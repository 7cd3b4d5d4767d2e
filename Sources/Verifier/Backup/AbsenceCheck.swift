// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import Synchronization
import Threads

/// Asks again before an object is called missing or too many.
///
/// The folder is listed once more. Those that are told by name are asked for by HEAD, too, as many at once as
/// there are jobs; the others rest on the two listings, and on no HEAD having shown those to be wrong.
struct AbsenceCheck {
    struct Outcome: Sendable {
        var findings: [Finding] = []
        /// How many findings there would be beyond those.
        var more: [FindingCode: Int] = [:]
        var verdict: Verdict = .verified
        /// The objects that are missing beyond doubt, as far as they are known by name.
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
    let meter: BackupMeter

    /// `gone` are expected objects that were listed and that HEAD did not find when they were to be read.
    func confirm(
        _ absences: Absences, gone: [ObjectName], unlisted: [ObjectName]
    ) throws(ObjectStoreError) -> Outcome {
        guard !absences.isEmpty || !gone.isEmpty || !unlisted.isEmpty else { return Outcome() }
        let listed = try listing()
        // Somebody is removing the backup, or the mount is gone: that is no damage.
        if listed.isEmpty { return .vanished(unlisted) }
        var outcome = Outcome(phantoms: Set(unlisted).subtracting(listed))
        for name in gone {
            outcome.add(Absentee(name: name, reason: .inManifest), isThere: listed.contains(name))
        }
        let found = try existing(absences.named.map(\.name).filter { !listed.contains($0) })
        for absentee in absences.named {
            let isThere = listed.contains(absentee.name) || found.contains(absentee.name)
            outcome.add(absentee, isThere: isThere)
        }
        addRest(of: absences, listed, isListingRight: found.isEmpty, to: &outcome)
        return outcome
    }

    /// What was not asked for one by one.
    private func addRest(
        of absences: Absences, _ listed: Set<ObjectName>, isListingRight: Bool, to outcome: inout Outcome
    ) {
        guard isListingRight else {
            return outcome.add(absences.pinned.count + absences.others, more: .objectChanging)
        }
        for absentee in absences.pinned { outcome.add(absentee, isThere: listed.contains(absentee.name)) }
        let appeared = appeared(of: absences, in: listed)
        outcome.add(appeared, more: .objectChanging)
        outcome.add(absences.others - appeared, more: .missingObject)
    }

    /// How many of those that only the attestor names are listed now.
    private func appeared(of absences: Absences, in listed: Set<ObjectName>) -> Int {
        guard absences.others > 0, let attestations = absences.attestations else { return 0 }
        let accounted = Set(backup.objects.map(backup.relativeName(of:)) + absences.named.map(\.name))
        let appeared = listed.count { !accounted.contains($0) && attestations.allow($0) }
        return min(appeared, absences.others)
    }

    private func listing() throws(ObjectStoreError) -> Set<ObjectName> {
        var listed: Set<ObjectName> = []
        try context.store.list(backup.folder) { object throws(ObjectStoreError) in
            listed.insert(object.name.dropping(backup.folder.bytes.count))
        }
        return listed
    }

    /// Which of the names HEAD finds.
    private func existing(_ names: [ObjectName]) throws(ObjectStoreError) -> Set<ObjectName> {
        let next = Atomic<Int>(0)
        let answers = Mutex<(found: Set<ObjectName>, failure: ObjectStoreError?)>(([], nil))
        meter.ask(for: names.count)
        WorkerThreads.run(min(context.options.jobs, names.count)) { [context, backup, meter] _ in
            while answers.withLock({ $0.failure == nil }) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < names.count else { return }
                do throws(ObjectStoreError) {
                    if try context.store.has(backup.folder + names[index]) {
                        answers.withLock { _ = $0.found.insert(names[index]) }
                    }
                } catch { answers.withLock { $0.failure = $0.failure ?? error } }
                meter.answer()
            }
        }
        let (found, failure) = answers.withLock { $0 }
        if let failure { throw failure }
        return found
    }
}

extension ObjectStore {
    /// Whether HEAD finds an object of this name.
    func has(_ name: ObjectName) throws(ObjectStoreError) -> Bool {
        do throws(ObjectStoreError) {
            _ = try head(name)
            return true
        } catch {
            guard case .missing = error else { throw error }
            return false
        }
    }
}

extension AbsenceCheck.Outcome {
    fileprivate mutating func add(_ absentee: Absentee, isThere: Bool) {
        findings.append(
            isThere ? Finding(.presence(.appeared), object: absentee.name) : absentee.finding)
        verdict = .mostSevere([verdict, isThere ? .inconclusive : absentee.verdict])
        if isThere { return }
        missing.insert(absentee.name)
        if absentee.isTampering { removed.append(absentee.name) }
    }

    fileprivate mutating func add(_ count: Int, more code: FindingCode) {
        guard count > 0 else { return }
        more[code, default: 0] += count
        verdict = .mostSevere([verdict, code == .missingObject ? .damaged : .inconclusive])
    }

    fileprivate static func vanished(_ unlisted: [ObjectName]) -> Self {
        Self(
            findings: [Finding(.presence(.backupVanished))], verdict: .inconclusive, phantoms: Set(unlisted))
    }
}
