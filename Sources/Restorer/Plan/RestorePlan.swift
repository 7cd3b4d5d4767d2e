// SPDX-License-Identifier: Apache-2.0
public import BackupFormats
public import Catalogue

/// All that a restore is going to do: what `--dry-run` shows is what runs.
public struct RestorePlan: Sendable {
    /// One backup that is read; an incremental one is read with those it builds on, the full one first.
    public struct Source: Sendable, Equatable {
        public var backup: Backup
        public var facts: BackupFacts
    }

    public struct Tablespace: Sendable, Equatable {
        public var identifier: UInt32
        /// Where it was on the machine that was backed up, escaped; nil when the backup does not say.
        public var origin: String?
        public var place: String
        /// Nil without a manifest.
        public var bytes: UInt64?
    }

    public var request: RestoreRequest
    /// The store's URL.
    public var store: String
    /// The last one is what is restored.
    public var sources: [Source]
    /// All backups of the store.
    public var neighbours: [Backup]
    public var time: BackupTime?
    /// Newer backups that were not chosen, and why.
    public var skipped: [LatestChoice.Skipped]
    public var tablespaces: [Tablespace]
    /// Nil when the backup says so only while it is read.
    public var majorVersion: Int?
    /// Found when they are needed and the version is known.
    public var binaries: PostgresBinaries?
    /// Where everything is put together before it takes its name.
    public var staging: String
    /// Whether an interrupted restore is gone on with.
    public var continues: Bool

    public var backup: Backup { sources[sources.count - 1].backup }
    public var facts: BackupFacts { sources[sources.count - 1].facts }
    public var isChain: Bool { sources.count > 1 }

    /// In bytes of the store.
    public var bytesToRead: UInt64 { sources.reduce(0) { $0.addingClamped($1.facts.size) } }

    /// In bytes of files, tablespaces included; nil when a backup without a manifest does not say.
    public var bytesToWrite: UInt64? {
        var sum: UInt64 = 0
        for source in sources {
            for place in [nil] + source.facts.tablespaces.map(Optional.some) {
                guard let bytes = source.facts.bytesToWrite(tablespace: place) else { return nil }
                sum = sum.addingClamped(bytes)
            }
        }
        return sum
    }

    public var filesToWrite: Int? { facts.manifest?.files }

    /// How long reading takes at the rate that the first megabytes came in; nil when there were too few.
    public var estimatedSeconds: Double? {
        facts.bytesPerSecond.map { Double(bytesToRead) / $0 }
    }

    /// The WAL that makes it consistent, as the manifest says; empty without one.
    public var ranges: [WALRange] { facts.manifest?.walRanges ?? [] }
}
