// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What a `WALServer` has done.
public struct WALServerReport: Sendable, Equatable {
    /// How many segments were handed over, and their bytes.
    public var segments = 0
    /// How many were handed over.
    public var bytes: UInt64 = 0
    /// The name of the last segment that was; nil when none was.
    public var lastSegment: String?
    /// What lies in those that were handed over.
    public var passed = PassedWAL()
    /// The last file that was asked for and is not in the archive.
    public var lastAbsent: String?
    /// Why PostgreSQL was refused a file for the first time; absence is no failure.
    public var firstFailure: WALArchiveError?
    /// What was damaged and could be read all the same, or where WAL ended: in words, a few at most.
    public var notes: [String] = []

    mutating func note(absent file: ArchivedWALFile, _ unfinished: ObjectName?) {
        lastAbsent = "\(file)"
        guard let unfinished else { return }
        note(
            "'\(file)' is not whole in the archive: what '\(unfinished)' holds of it was left out (--allow-unfinished)"
        )
    }

    mutating func note(_ words: String) {
        if notes.count < 20, !notes.contains(words) { notes.append(words) }
    }
}
