// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
public import Catalogue
public import PrivatePostgres
public import WALArchive

/// All that a restore is going to do: what `--dry-run` shows is what runs.
public struct RestorePlan: Sendable {
    /// One backup that is read; an incremental one is read with those it builds on, the full one first.
    public struct Source: Sendable, Equatable {
        /// As the listing of the store shows it.
        public var backup: Backup
        /// What was read of it for the plan.
        public var facts: BackupFacts
    }

    /// A tablespace, and where it goes.
    public struct Tablespace: Sendable, Equatable {
        /// Its OID.
        public var identifier: UInt32
        /// Where it was on the machine that was backed up, escaped; nil when the backup does not say.
        public var origin: String?
        /// The directory to make for it; an absolute path, empty where nobody has named one.
        public var place: String
        /// Nil without a manifest.
        public var bytes: UInt64?
        /// Whether the backup does not have it, so that only WAL can make it.
        public var isLater = false
    }

    /// What is written in one file system, and what that has left.
    public struct Room: Sendable, Equatable {
        /// Where in it.
        public var directory: String
        /// In whole blocks.
        public var bytes: SpaceEstimate
        /// For this user.
        public var bytesFree: UInt64
        /// Each takes an inode.
        public var files: SpaceEstimate
        /// Nil where the file system makes inodes as they are needed.
        public var filesFree: UInt64?

        /// Whether there is less than is probably needed.
        public var isTight: Bool { bytes.likely > bytesFree || filesFree.map { files.likely > $0 } == true }
    }

    /// What was asked for, with the places that the plan has given to tablespaces.
    public var request: RestoreRequest
    /// The store's URL.
    public var store: String
    /// The last one is what is restored.
    public var sources: [Source]
    /// All backups of the store.
    public var neighbours: [Backup]
    /// When the backup was made, and how that is known; nil where nothing tells.
    public var time: BackupTime?
    /// Newer backups that were not chosen, and why.
    public var skipped: [LatestChoice.Skipped]
    /// Those that have a place, by OID: first those of the backup, then those that only WAL can make.
    public var tablespaces: [Tablespace]
    /// Nil when the backup says so only while it is read.
    public var majorVersion: Int?
    /// Found when they are needed, or were named, and the version is known.
    public var binaries: PostgresBinaries?
    /// Where everything is put together before it takes its name.
    public var staging: String
    /// Whether an interrupted restore is gone on with.
    public var continues: Bool
    /// Those of the backup that no place is named for.
    public var unmapped: [Tablespace] = []
    /// Those that the WAL makes, in the backup and, where it can be read at once, in the archive up to the goal.
    public var laterTablespaces: [RecoverableWindow.Tablespace] = []
    /// What the first start will do by the settings of the backup.
    public var firstStart = PlannedFirstStart.knownOnceWritten
    /// Nil without an archive of WAL.
    public var archive: Archive?
    /// Which timeline is followed, and why; nil where that cannot be told from here.
    public var timelines: TimelineDecision?
    /// From when to when the backup can be recovered; nil where that cannot be told from here.
    public var window: RecoverableWindow?
    /// Whether an interrupted restore, or one that missed its target, has read and proven all that is needed.
    public var readsNothing = false
    /// How what is written is kept until recovery is over, as far as that can be told; nil where no target can be missed.
    public var pristine: PristineCopy?
    /// Why it cannot be carried out, what is to be answered first in front; nothing is done while there is any.
    public var objections: [RestoreError] = []
    /// What is still needed; not looked at when an interrupted restore had written all.
    public var room: [Room] = []

    /// What is restored: that of the last source, of which there is one at least.
    public var backup: Backup { sources[sources.count - 1].backup }
    /// Of the backup that is restored; those that it builds on are in `sources`.
    public var facts: BackupFacts { sources[sources.count - 1].facts }
    /// Whether incremental backups are put together.
    public var isChain: Bool { sources.count > 1 }

    /// Where recovery goes, with the timeline that was decided on.
    public var goal: RecoveryGoal {
        guard request.goal.timeline == nil, request.goal.target != .endOfBackup, !request.isStandby,
            let followed = timelines?.followed
        else { return request.goal }
        let own = Set(ranges.map(\.timeline))
        let choice: RecoveryGoal.Timeline =
            own.count <= 1 && followed == timelines?.lines.first?.timeline
            ? .current : .number(followed)
        return RecoveryGoal(request.goal.target, timeline: choice)
    }

    /// In bytes of the store.
    public var bytesToRead: UInt64 { sources.reduce(0) { $0.addingClamped($1.facts.size) } }

    /// In bytes on disk, of all files that manifests name, so without WAL; nil without a manifest.
    public var bytesToWrite: UInt64? {
        let sums = sources.compactMap(\.facts.manifest?.bytes)
        return sums.count == sources.count ? sums.reduce(0) { $0.addingClamped($1) } : nil
    }

    /// As the manifest says; nil without one.
    public var filesToWrite: Int? { facts.manifest?.files }

    /// How long reading takes at the rate that the first megabytes came in; nil when there were too few.
    public var estimatedSeconds: Double? {
        facts.bytesPerSecond.map { Double(bytesToRead) / $0 }
    }

    /// The WAL that makes it consistent, as the manifest says; empty without one.
    public var ranges: [WALRange] { facts.manifest?.walRanges ?? [] }

    /// What recovery replays up to a position, in bytes of WAL; nil where nothing says from where on.
    func bytesReplayed(upTo end: LogSequenceNumber) -> UInt64? {
        guard let start = ranges.map(\.start).min(), end >= start else { return nil }
        return end.position - start.position
    }
}
