// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

/// Goes up the chain of backups that an incremental one builds on: each is the one of the same cluster whose
/// WAL starts where the label of the one after it says.
struct ParentSearch {
    let context: ReadingContext
    let child: Backup
    let lineage: Lineage
    /// All backups of the store.
    let candidates: [Backup]

    /// What is wrong with the chain; nil when it is whole and nothing in it is known to be damaged.
    ///
    /// How a backup stands is what this run found, or else the newest verdict of an earlier one.
    func finding(_ parent: ParentBackup, of system: UInt64?) throws -> Finding? {
        var parent = parent
        var seen: Set = [child.label]
        var below: Backup?
        while true {
            guard let found = try backup(parent, of: system), seen.insert(found.label).inserted else {
                return .missing(parent, of: below)
            }
            let standing = try standing(of: found)
            if let verdict = standing.verdict, verdict == .damaged || verdict == .tampered {
                return .damaged(found, verdict)
            }
            switch standing.descent {
            case .full: return nil
            case .unknown: return try origin(of: found)?.isIncremental == false ? nil : .unknown(found)
            case .incremental(let next): (parent, below) = (next, found)
            }
        }
    }

    private func backup(_ parent: ParentBackup, of system: UInt64?) throws -> Backup? {
        for candidate in candidates where candidate.label != child.label {
            if try origin(of: candidate)?.isParent(parent, of: system) == true { return candidate }
        }
        return nil
    }

    /// Each manifest is read once in a run.
    private func origin(of backup: Backup) throws(ObjectStoreError) -> Lineage.Origin? {
        if let known = lineage.origin(of: backup.label) { return known }
        var origin: Lineage.Origin?
        if let object = backup.manifest {
            let place = backup.place(inStoreAt: context.store.url)
            let reading = try ControlReader(context: context, place: place).read(
                object, name: BackupManifest.name, pin: nil, provesItself: true, into: ManifestObject.self
            ) { $0.isSuccess }
            origin = (try? reading.value.get()).map(Lineage.Origin.init)
        }
        lineage.learn(origin, of: backup.label)
        return origin
    }

    private func standing(of backup: Backup) throws -> Lineage.Standing {
        let known = lineage.standing(of: backup.label)
        if let known, known.descent != .unknown { return known }
        let memory = try context.ledger.memory(of: backup.place(inStoreAt: context.store.url))
        return Lineage.Standing(
            verdict: known?.verdict ?? memory.verdict, descent: Lineage.Descent(memory.inspection?.contents))
    }
}

extension Finding {
    fileprivate static func missing(_ parent: ParentBackup, of below: Backup?) -> Finding {
        let start = "\(LogSequenceNumber(parent.start)) of timeline \(parent.timeline)"
        let who = below.map {
            "'\($0.label)', on which this incremental backup builds, is incremental itself"
        }
        return Finding(
            .missingParent, .warning, expected: "a backup that starts at \(start)", found: "none",
            message:
                "\(who ?? "this backup is incremental"), and the one it builds on, which starts at \(start), is not in the store"
        )
    }

    fileprivate static func unknown(_ parent: Backup) -> Finding {
        Finding(
            .missingParent, .warning, expected: "'\(parent.label)' inspected",
            found: "nobody has looked into it",
            message:
                "this backup is incremental, and whether '\(parent.label)', on which it builds, builds on another one is not known: verify all of the store, or that backup first"
        )
    }

    fileprivate static func damaged(_ parent: Backup, _ verdict: Verdict) -> Finding {
        Finding(
            .damagedParent, expected: "a sound backup '\(parent.label)'", found: verdict.rawValue,
            message:
                "this backup is incremental, and '\(parent.label)', on which it builds, is \(verdict.rawValue): nothing can be restored from the two"
        )
    }
}
