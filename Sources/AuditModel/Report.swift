// SPDX-License-Identifier: Apache-2.0

/// What one verification found out: the document behind `verify --json`, the history and the exit status.
public struct VerificationReport: Sendable, Equatable {
    /// What was verified, as the command line names it.
    public var location: String
    /// The level that every backup should reach.
    public var levelAsked: Level
    /// In the order in which they are told.
    public var backups: [BackupReport]
    /// Objects that belong to no backup.
    public var foreign: [ObjectName]
    /// Whether it was asked to stop before every backup had its verdict.
    public var isInterrupted = false
    /// Labels of backups that the history knows at this place and that are not there any more.
    public var absent: [String] = []

    /// Of a run that came to its end and misses no backup, unless that is set later.
    public init(location: String, levelAsked: Level, backups: [BackupReport], foreign: [ObjectName] = []) {
        (self.location, self.levelAsked) = (location, levelAsked)
        (self.backups, self.foreign) = (backups, foreign)
    }

    /// The most severe of all backups' verdicts; without any backup nothing is verified.
    public var verdict: Verdict {
        let counted = backups.filter { !$0.isUploading }
        let unfinished: [Verdict] = isInterrupted ? [.inconclusive] : []
        return counted.isEmpty && !isInterrupted
            ? .incomplete : .mostSevere(counted.map(\.verdict) + unfinished)
    }
}

/// What was found out about one backup.
public struct BackupReport: Sendable, Equatable {
    /// The name of its folder, or what stands for it where there is none.
    public var label: String
    /// The worst of its objects and findings.
    public var verdict: Verdict
    /// The highest level reached; nil when not even the listing held.
    public var level: Level?
    /// Those that were looked at.
    public var objects: [ObjectReport]
    /// Everything to be told of it, its objects included; empty when all is well.
    public var findings: [Finding]
    /// When the run opened it.
    public var started: Timestamp
    /// From its first byte to its verdict.
    public var seconds: Double
    /// An unfinished upload young enough to be left alone: no reason for an exit status.
    public var isUploading: Bool

    /// Without anything more, nothing was looked at and nothing found, and it is no upload under way.
    public init(
        label: String, verdict: Verdict, level: Level?, objects: [ObjectReport] = [],
        findings: [Finding] = [],
        started: Timestamp, seconds: Double = 0, isUploading: Bool = false
    ) {
        (self.label, self.verdict, self.level, self.objects) = (label, verdict, level, objects)
        (self.findings, self.started, self.seconds) = (findings, started, seconds)
        self.isUploading = isUploading
    }

    /// Bytes read from the store in this run, of all its objects.
    public var bytesRead: UInt64 { objects.reduce(0) { $0 &+ $1.bytesRead } }
    /// Bytes that its objects have in the store.
    public var size: UInt64 { objects.reduce(0) { $0 &+ $1.size } }
}

/// What was found out about one object.
public struct ObjectReport: Sendable, Equatable {
    /// Its name in the backup's folder.
    public var name: ObjectName
    /// In bytes, as the store says.
    public var size: UInt64
    /// SHA-256 of all its bytes, or nil when they were not all read.
    public var sha256: String?
    /// What the run concludes; the findings say why.
    public var verdict: Verdict
    /// Bytes read in this run, second reads and repeated parts included.
    public var bytesRead: UInt64
    /// Bytes that an interrupted run had already proven and this one went on from.
    public var bytesResumed: UInt64
    /// Spent in reading it, waiting included.
    public var seconds: Double
    /// How often a request had to be repeated.
    public var retries: Int
    /// The version that was read; nil when none was.
    public var validators: Validators?

    /// Counts begin at 0; without `sha256` not all bytes were read, and without `validators` no version was.
    public init(
        name: ObjectName, size: UInt64, sha256: String? = nil, verdict: Verdict, bytesRead: UInt64 = 0,
        bytesResumed: UInt64 = 0, seconds: Double = 0, retries: Int = 0, validators: Validators? = nil
    ) {
        (self.name, self.size, self.sha256, self.verdict) = (name, size, sha256, verdict)
        (self.bytesRead, self.bytesResumed, self.seconds) = (bytesRead, bytesResumed, seconds)
        (self.retries, self.validators) = (retries, validators)
    }
}
