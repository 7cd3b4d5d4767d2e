// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

/// Goes up the chain of backups that an incremental one builds on, down to the full one at its root.
struct ChainCheck {
    let context: ReadingContext
    let child: Backup
    let lineage: Lineage
    /// All backups of the store.
    let neighbours: [Backup]

    /// Adds what is wrong with the chain: an incremental backup is not inspected without the chain it builds on.
    func add(to contents: inout ContentWork.Conclusion) throws(EarlyEnd) {
        guard let summary = contents.summary, let parent = summary.parent else { return }
        do {
            let walk = try walk(
                from: parent, of: summary.systemIdentifier,
                needsPageChecksums: contents.hasPageChecksums == true)
            contents.findings += walk.findings
            if !walk.isWhole { contents.isComplete = false }
        } catch ObjectStoreError.interrupted {
            throw .interrupted
        } catch { throw .failed(error) }
    }

    private struct Walk {
        var findings: [Finding] = []
        /// Whether every backup of the chain was found.
        var isWhole = true

        func ending(in finding: Finding, isWhole: Bool) -> Walk {
            Walk(findings: findings + [finding], isWhole: isWhole)
        }
    }

    /// How a backup stands is what this run found, or else the newest verdict of an earlier one.
    ///
    /// Where the child's pages have checksums, those of all that it builds on must have them: `pg_combinebackup` takes
    /// pages as they are.
    private func walk(
        from parent: ParentBackup, of system: UInt64?, needsPageChecksums: Bool
    ) throws -> Walk {
        var (parent, below) = (parent, child)
        var seen: Set = [child.label]
        var walk = Walk()
        while true {
            let search = ParentSearch(of: below, among: neighbours, except: seen)
            let result = try search.find(parent, of: system, known: lineage.origin, read: origin)
            guard let found = result.backup else {
                return walk.ending(in: .noParent(result, parent, below, child: child), isWhole: false)
            }
            if let remark = result.remark, !walk.findings.contains(remark) { walk.findings.append(remark) }
            seen.insert(found.label)
            let standing = try standing(of: found)
            if let verdict = standing.verdict, verdict == .damaged || verdict == .tampered {
                return walk.ending(in: .damaged(found, verdict), isWhole: true)
            }
            if needsPageChecksums, standing.hasPageChecksums == false {
                return walk.ending(
                    in: Finding(.backup(.parentWithoutChecksums(label: found.label))), isWhole: true)
            }
            let areSumsOpen = needsPageChecksums && standing.hasPageChecksums == nil
            switch standing.descent {
            case .full where areSumsOpen, .unknown where areSumsOpen && result.origin?.isIncremental == false:
                return walk.ending(
                    in: Finding(.backup(.parentChecksumsUnknown(label: found.label))), isWhole: false)
            case .full: return walk
            case .unknown where result.origin?.isIncremental == false: return walk
            case .unknown: return walk.ending(in: .unknown(found), isWhole: false)
            case .incremental(let next): (parent, below) = (next, found)
            }
        }
    }

    /// Reads what a manifest says; each is read once in a run.
    private func origin(of backup: Backup) throws(ObjectStoreError) -> BackupOrigin? {
        if let failure = lineage.failure(of: backup) { throw failure }
        do throws(ObjectStoreError) {
            let origin = try backup.manifest.map(read) ?? nil
            lineage.learn(origin, of: backup.label)
            return origin
        } catch {
            if error != .interrupted { lineage.note(error, of: backup) }
            throw error
        }
    }

    private func read(_ manifest: StoredObject) throws(ObjectStoreError) -> BackupOrigin? {
        let reading = try ControlReader(context: context).read(
            manifest, name: BackupManifest.name, pin: nil, provesItself: true, into: ManifestObject.self
        ) { $0.isSuccess }
        return (try? reading.value.get()).map { BackupOrigin($0) }
    }

    private func standing(of backup: Backup) throws -> Lineage.Standing {
        let known = lineage.standing(of: backup.label)
        if let known, known.descent != .unknown { return known }
        let memory = try context.ledger.memory(of: backup.place(inStoreAt: context.store.url))
        return Lineage.Standing(
            verdict: known?.verdict ?? memory.verdict, descent: Lineage.Descent(memory.inspection?.contents),
            hasPageChecksums: memory.inspection.flatMap {
                $0.contents.hasPageChecksums(ifComplete: $0.isComplete)
            })
    }
}

extension Finding {
    /// None of the backups that could be read is the parent.
    fileprivate static func noParent(
        _ result: ParentSearch.Result, _ parent: ParentBackup, _ below: Backup, child: Backup
    ) -> Finding {
        let start = WALPosition("\(LogSequenceNumber(parent.start))", timeline: parent.timeline)
        let seeker = below.label == child.label ? nil : below.label
        guard let first = result.unread.first else {
            return Finding(.backup(.parentMissing(start: start, below: seeker)))
        }
        return Finding(
            .backup(
                .parentPerhapsUnread(
                    start: start, below: seeker, ReadingFact.Obstacle(first.error), doubt: result.doubt)))
    }

    fileprivate static func unknown(_ parent: Backup) -> Finding {
        Finding(.backup(.parentUnknown(label: parent.label)))
    }

    fileprivate static func damaged(_ parent: Backup, _ verdict: Verdict) -> Finding {
        Finding(.backup(.parentDamaged(label: parent.label, verdict)))
    }
}

extension ParentSearch.Result {
    /// What kept others from being looked at, when it made no difference.
    fileprivate var remark: Finding? {
        unread.first.map { first in
            Finding(.backup(.othersUnread(Finding.ReadingFact.Obstacle(first.error), doubt: doubt)))
        }
    }
}
